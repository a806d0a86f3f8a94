import { useEffect, useRef } from 'react'
import { clock, useFormats, useWords } from '../../i18n/index.ts'
import { bars } from '../../ui/bars.ts'
import { liveMessages } from './messages/index.ts'
import { type Session, useShown } from './session.ts'

const step = 6
const minute = 600

function paint(canvas: HTMLCanvasElement, tall: readonly number[], colour: string) {
  const pen = canvas.getContext('2d')
  if (!pen) return
  const ratio = devicePixelRatio || 1
  const { clientWidth: width, clientHeight: height } = canvas
  canvas.width = Math.round(width * ratio)
  canvas.height = Math.round(height * ratio)
  pen.scale(ratio, ratio)
  pen.lineWidth = 2
  pen.lineCap = 'round'
  pen.strokeStyle = colour
  const from = width - tall.length * step
  tall.forEach((it, at) => {
    const half = it < 0.03 ? 0.5 : Math.max(1, (it * (height - 4)) / 2)
    const x = from + at * step + step / 2
    pen.beginPath()
    pen.moveTo(x, height / 2 - half)
    pen.lineTo(x, height / 2 + half)
    pen.stroke()
  })
}

/** Draws what `pick` chooses of the levels, again with each tenth of a second. */
function useLevels(session: Session, pick: (all: readonly number[], room: number) => readonly number[], tint: string) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const newest = useRef(pick)
  newest.current = pick
  useEffect(() => {
    let frame = 0
    const draw = () => {
      frame = 0
      const it = canvas.current
      if (!it?.clientWidth) return
      const colour = getComputedStyle(it).getPropertyValue(tint) || getComputedStyle(it).color
      paint(it, newest.current(session.levels.all(), Math.floor(it.clientWidth / step)), colour)
    }
    const soon = () => {
      frame ||= requestAnimationFrame(draw)
    }
    soon()
    const stop = session.levels.subscribe(soon)
    return () => {
      stop()
      cancelAnimationFrame(frame)
    }
  }, [session, tint])
  return canvas
}

/** The last minute, its newest sound at the right; marks stand where they were set. */
export function Minute({ session }: { session: Session }) {
  const words = useWords(liveMessages)
  const { marks, state } = useShown(session)
  const canvas = useLevels(
    session,
    (all, room) => {
      const last = all.slice(-minute)
      const count = Math.ceil((last.length / minute) * room)
      return bars(last, count)
    },
    'color',
  )
  const place = (at_ms: number) => 100 - ((state.recorded_ms - at_ms) / 60_000) * 100
  return (
    <div className="minute">
      <div className="wavebox still">
        <canvas ref={canvas} role="img" aria-label={words('strip.label')} />
        {marks
          .filter((it) => place(it.at_ms) > 0)
          .map((it) => (
            <span
              key={it.id}
              className={it.kind === 'highlight' ? 'flag' : 'flag n'}
              style={{ left: `${place(it.at_ms)}%` }}
            />
          ))}
        <span className="newest-sound" />
      </div>
    </div>
  )
}

/** Offline the sound stands where its words will be. */
export function Kept({ session, from_ms }: { session: Session; from_ms: number }) {
  const words = useWords(liveMessages)
  const say = useFormats()
  const { state } = useShown(session)
  const canvas = useLevels(
    session,
    (all, room) => {
      const kept = all.slice(Math.floor(from_ms / 100))
      const count = Math.min(room, Math.max(1, Math.ceil(kept.length / 4)))
      // Grows to the right until the line is full.
      const drawn = bars(kept, count)
      return [...drawn, ...Array.from({ length: room - count }, () => 0)]
    },
    'color',
  )
  return (
    <div className="kept">
      <canvas
        ref={canvas}
        role="img"
        aria-label={words('words.keptLabel', { time: say.spokenTime(state.waiting_ms) })}
      />
      <p aria-live="off">{words('words.kept', { time: clock(state.waiting_ms) })}</p>
    </div>
  )
}
