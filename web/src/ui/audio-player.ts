import { useEffect, useRef, useState, useSyncExternalStore } from 'react'

export const speeds = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3] as const

/** The next slower or faster of the speeds. */
export const nextSpeed = (now: number, by: 1 | -1) =>
  (by > 0 ? speeds.find((it) => it > now + 0.01) : speeds.findLast((it) => it < now - 0.01)) ?? now

const jumps: Record<string, number> = { j: -10_000, l: 10_000, ArrowLeft: -5000, ArrowRight: 5000 }

const speedKey = 'mina.speed'

/** How fast somebody listens stays the same from one recording to the next. */
function rememberedSpeed() {
  try {
    return speeds.find((it) => it === Number(localStorage.getItem(speedKey))) ?? 1
  } catch {
    return 1
  }
}
const rememberSpeed = (speed: number) => {
  try {
    localStorage.setItem(speedKey, String(speed))
  } catch {
    // Private windows may refuse storage; the speed then lasts as long as the page.
  }
}

/** Space, arrows, J K L and < >, as in every player of speech. Undefined: not a key of the player. */
export function playerKey(pressed: string): ((it: AudioPlayer) => void) | undefined {
  const key = pressed.length === 1 ? pressed.toLowerCase() : pressed
  const jump = jumps[key]
  if (jump !== undefined) return (it) => it.seek(it.position.now() + jump)
  if (key === ' ' || key === 'k') return (it) => it.toggle()
  if (key === '<' || key === '>') return (it) => it.setSpeed(nextSpeed(it.speed(), key === '>' ? 1 : -1))
}

export interface AudioPlayer {
  /** Milliseconds; changes every frame while it plays, so it is subscribed to, not drawn. */
  position: { now: () => number; subscribe: (listener: () => void) => () => void }
  playing: () => boolean
  speed: () => number
  failed: () => boolean
  toggle: () => void
  play: (from_ms?: number) => void
  pause: () => void
  seek: (ms: number) => void
  setSpeed: (to: number) => void
  subscribe: (listener: () => void) => () => void
  close: () => void
}

type Sound = Pick<
  HTMLAudioElement,
  | 'currentTime'
  | 'paused'
  | 'playbackRate'
  | 'duration'
  | 'error'
  | 'play'
  | 'pause'
  | 'addEventListener'
  | 'removeAttribute'
  | 'load'
>

interface Frames {
  ask: (work: () => void) => number
  drop: (id: number) => void
}
const screen: Frames = { ask: (work) => requestAnimationFrame(work), drop: (id) => cancelAnimationFrame(id) }

/** One sound with its controls. The duration is the server's, which knows before the file is loaded, and may still grow. */
export function audioPlayer(sound: Sound, duration_ms: () => number, frames: Frames = screen): AudioPlayer {
  const moved = new Set<() => void>()
  const changed = new Set<() => void>()
  const tell = (listeners: Set<() => void>) => {
    for (const listener of listeners) listener()
  }
  let frame = 0
  const follow = () => {
    tell(moved)
    frame = sound.paused ? 0 : frames.ask(follow)
  }
  const began = () => {
    tell(changed)
    if (!frame) follow()
  }
  for (const name of ['play', 'pause', 'ended', 'ratechange', 'error']) sound.addEventListener(name, began)
  for (const name of ['seeked', 'timeupdate']) sound.addEventListener(name, () => tell(moved))

  const subscribeTo = (listeners: Set<() => void>) => (listener: () => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  const it: AudioPlayer = {
    position: { now: () => sound.currentTime * 1000, subscribe: subscribeTo(moved) },
    playing: () => !sound.paused,
    speed: () => sound.playbackRate,
    failed: () => sound.error !== null,
    toggle: () => (sound.paused ? it.play() : it.pause()),
    play(from_ms) {
      if (from_ms !== undefined) it.seek(from_ms)
      // Refused by the browser before a first touch, or interrupted by a pause: the button simply stays.
      void Promise.resolve(sound.play()).catch(() => tell(changed))
    },
    pause: () => sound.pause(),
    seek(ms) {
      sound.currentTime = Math.max(0, Math.min(ms, duration_ms())) / 1000
      tell(moved)
    },
    setSpeed(to) {
      sound.playbackRate = Math.max(0.5, Math.min(3, to))
    },
    subscribe: subscribeTo(changed),
    close() {
      frames.drop(frame)
      sound.pause()
      sound.removeAttribute('src')
      sound.load()
    },
  }
  return it
}

/** Null while there is no sound to play. */
export function useAudioPlayer(address: string | null, duration_ms: number): AudioPlayer | null {
  const [player, setPlayer] = useState<AudioPlayer | null>(null)
  const duration = useRef(duration_ms)
  duration.current = duration_ms
  useEffect(() => {
    if (!address) return
    const sound = new Audio()
    sound.preload = 'metadata'
    // Loading sets the rate to its default.
    sound.defaultPlaybackRate = rememberedSpeed()
    sound.src = address
    sound.addEventListener('ratechange', () => rememberSpeed(sound.playbackRate))
    const it = audioPlayer(sound, () => duration.current)
    setPlayer(it)
    return () => {
      it.close()
      setPlayer(null)
    }
  }, [address])
  useSyncExternalStore(player?.subscribe ?? nothing, () =>
    player ? `${player.playing()} ${player.speed()} ${player.failed()}` : '',
  )
  return player
}
const nothing = () => () => {}
