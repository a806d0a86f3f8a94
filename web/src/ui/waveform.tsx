import type { Hue } from '@mina/contract'
import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  useEffect,
  useMemo,
  useRef,
  useSyncExternalStore,
} from 'react'
import { clock, useFormats, useWords } from '../i18n/index.ts'
import { shell } from '../i18n/shell/index.ts'
import { type Span, type Wholeness, whole } from './bars.ts'
import { paintAlong } from './waveform-paint.ts'

export interface WaveformProps {
  peaks: ArrayLike<number>
  duration_ms: number
  /** Who speaks when, in order; a stretch without a voice is drawn grey. */
  voices?: readonly (Span & { hue: Hue })[]
  /** What is text already; without it no bar is drawn below. */
  whole?: readonly (Span & { kind: Wholeness })[]
  markers?: readonly { at_ms: number; kind?: 'highlight' | 'note' }[]
  /** Follows the sound without drawing React anew. */
  position: { now: () => number; subscribe: (listener: () => void) => () => void }
  onSeek?: (ms: number) => void
  legend?: boolean
  /** Beside the legend, such as what is being loaded. */
  note?: ReactNode
}

/** The recording as a picture and a slider: click, drag, arrows (5 s), Page (30 s), Home and End. */
export function Waveform(props: WaveformProps) {
  const { peaks, duration_ms, voices, position, onSeek, markers = [], whole: spans, legend } = props
  const words = useWords(shell)
  const say = useFormats()
  const box = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const head = useRef<HTMLSpanElement>(null)
  const second = useSyncExternalStore(position.subscribe, () => Math.floor(position.now() / 1000))

  useEffect(() => {
    const it = canvas.current
    if (!it) return
    return paintAlong(it, { peaks, duration_ms, voices }, position, (now) => {
      if (head.current) head.current.style.left = `${(Math.min(now, duration_ms) / Math.max(1, duration_ms)) * 100}%`
    })
  }, [peaks, duration_ms, voices, position])

  const seek = (ms: number) => onSeek?.(Math.max(0, Math.min(duration_ms, ms)))
  const scrub = (event: PointerEvent<HTMLDivElement>) => {
    const at = box.current?.getBoundingClientRect()
    if (at?.width) seek(((event.clientX - at.left) / at.width) * duration_ms)
  }
  const slider = onSeek && {
    role: 'slider',
    tabIndex: 0,
    'aria-label': words('player.position'),
    'aria-valuemin': 0,
    'aria-valuemax': Math.round(duration_ms / 1000),
    'aria-valuenow': second,
    'aria-valuetext': words('player.at', { at: say.spokenTime(second * 1000), of: say.spokenTime(duration_ms) }),
    onKeyDown: (event: KeyboardEvent<HTMLDivElement>) => {
      const to = sliderKey(event.key, position.now(), duration_ms)
      if (to === undefined) return
      event.preventDefault()
      event.stopPropagation()
      seek(to)
    },
    onPointerDown: (event: PointerEvent<HTMLDivElement>) => {
      if (event.button !== 0) return
      event.currentTarget.setPointerCapture(event.pointerId)
      scrub(event)
    },
    onPointerMove: (event: PointerEvent<HTMLDivElement>) => {
      if (event.currentTarget.hasPointerCapture(event.pointerId)) scrub(event)
    },
  }
  return (
    <div className="track">
      <div ref={box} className={`wavebox ${onSeek ? '' : 'still'}`} {...slider}>
        <canvas ref={canvas} />
        {markers.map((it) => (
          <i
            key={`${it.kind} ${it.at_ms}`}
            className={`flag ${it.kind === 'note' ? 'note' : ''}`}
            style={{ left: `${(it.at_ms / Math.max(1, duration_ms)) * 100}%` }}
          />
        ))}
        <span ref={head} className="head" />
      </div>
      {spans && <Whole spans={spans} duration={duration_ms} />}
      {legend && (
        <Legend spans={spans ?? []} duration={duration_ms} second={second}>
          {props.note}
        </Legend>
      )}
    </div>
  )
}

export function sliderKey(key: string, now: number, duration: number) {
  const to: Record<string, number> = {
    ArrowRight: now + 5000,
    ArrowUp: now + 5000,
    ArrowLeft: now - 5000,
    ArrowDown: now - 5000,
    PageUp: now + 30_000,
    PageDown: now - 30_000,
    Home: 0,
    End: duration,
  }
  return to[key]
}

const kinds = ['transcribed', 'silent', 'pending', 'failed'] as const

/** A breath between two sentences is no silence worth a word. */
const isHeard = (ms = 0) => ms >= 1000

function Whole({ spans, duration }: { spans: readonly (Span & { kind: Wholeness })[]; duration: number }) {
  const words = useWords(shell)
  const it = useMemo(() => whole(spans, duration), [spans, duration])
  const said = kinds
    .filter((kind) => isHeard(it.totals[kind]))
    .map((kind) => `${words(`whole.${kind}`)} ${clock(it.totals[kind] ?? 0)}`)
  return (
    <div className="whole" role="img" aria-label={`${words('whole.label')}: ${said.join(', ')}`}>
      {it.spans.map((span) => (
        <i
          key={span.start_ms}
          className={span.kind}
          style={{ width: `${((span.end_ms - span.start_ms) / Math.max(1, duration)) * 100}%` }}
        />
      ))}
    </div>
  )
}

function Legend({
  spans,
  duration,
  second,
  children,
}: {
  spans: readonly (Span & { kind: Wholeness })[]
  duration: number
  second: number
  children?: ReactNode
}) {
  const words = useWords(shell)
  const { totals } = useMemo(() => whole(spans, duration), [spans, duration])
  return (
    <p className="legend" aria-hidden="true">
      {spans.length > 0 &&
        kinds
          .filter((kind) => isHeard(totals[kind]))
          .map((kind) => (
            <span key={kind}>
              <i className={kind} />
              {words(`whole.${kind}`)} {clock(totals[kind] ?? 0)}
            </span>
          ))}
      {children}
      <span className="at">
        {clock(second * 1000)} <span>/ {clock(Math.round(duration / 1000) * 1000)}</span>
      </span>
    </p>
  )
}
