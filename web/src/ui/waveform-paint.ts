import type { Hue } from '@mina/contract'
import { bars, type Span, spanAt } from './bars.ts'

interface Sound {
  peaks: ArrayLike<number>
  duration_ms: number
  voices?: readonly (Span & { hue: Hue })[]
}
interface Position {
  now: () => number
  subscribe: (listener: () => void) => () => void
}

const step = 5
const hues = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const

/** What the tokens are just now, as a canvas can take them. */
function colours(near: HTMLElement) {
  const probe = document.createElement('i')
  near.append(probe)
  const read = (name: string, className = '') => {
    probe.className = className
    probe.style.color = `var(${name})`
    return getComputedStyle(probe).color
  }
  const found = { quiet: read('--edge'), voices: hues.map((hue) => read('--voice-wave', `p${hue}`)) }
  probe.remove()
  return found
}

interface Bar {
  tall: number
  colour: string
}

/** One bar every five pixels, in the colour of who speaks there. */
function layOut(canvas: HTMLCanvasElement, { peaks, duration_ms, voices = [] }: Sound): Bar[] {
  const count = Math.floor(canvas.clientWidth / step)
  const { quiet, voices: tints } = colours(canvas.parentElement ?? document.body)
  return bars(peaks, count).map((tall, at) => {
    if (tall < 0.03) return { tall: 0, colour: quiet }
    const voice = spanAt(voices, ((at + 0.5) / count) * duration_ms)
    return { tall, colour: tints[voice?.hue ?? 0] ?? quiet }
  })
}

function paint(canvas: HTMLCanvasElement, all: readonly Bar[], heard: number) {
  const pen = canvas.getContext('2d')
  if (!pen) return
  const ratio = devicePixelRatio || 1
  const { clientWidth: width, clientHeight: height } = canvas
  canvas.width = Math.round(width * ratio)
  canvas.height = Math.round(height * ratio)
  pen.scale(ratio, ratio)
  pen.lineWidth = 2
  pen.lineCap = 'round'
  all.forEach(({ tall, colour }, at) => {
    pen.strokeStyle = colour
    pen.globalAlpha = tall === 0 || at >= heard ? 0.5 : 1
    const half = tall === 0 ? 0.5 : Math.max(1, (tall * (height - 4)) / 2)
    const x = at * step + step / 2
    pen.beginPath()
    pen.moveTo(x, height / 2 - half)
    pen.lineTo(x, height / 2 + half)
    pen.stroke()
  })
}

/** Keeps the picture true to the sound's position, the size of the page and the theme; draws only when a bar changes. */
export function paintAlong(canvas: HTMLCanvasElement, sound: Sound, position: Position, moved: (now: number) => void) {
  let all = layOut(canvas, sound)
  let drawn = -1
  let frame = 0
  const follow = () => {
    frame = 0
    const now = position.now()
    const heard = Math.ceil((now / Math.max(1, sound.duration_ms)) * all.length)
    if (heard !== drawn) paint(canvas, all, heard)
    drawn = heard
    moved(now)
  }
  const soon = () => {
    frame ||= requestAnimationFrame(follow)
  }
  const anew = () => {
    all = layOut(canvas, sound)
    drawn = -1
    soon()
  }
  follow()
  const stop = position.subscribe(soon)
  const size = new ResizeObserver(anew)
  size.observe(canvas)
  const theme = new MutationObserver(anew)
  theme.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  const dark = matchMedia('(prefers-color-scheme: dark)')
  dark.addEventListener('change', anew)
  return () => {
    stop()
    size.disconnect()
    theme.disconnect()
    dark.removeEventListener('change', anew)
    cancelAnimationFrame(frame)
  }
}
