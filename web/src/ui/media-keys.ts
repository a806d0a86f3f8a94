import { useEffect } from 'react'
import type { AudioPlayer } from './audio-player.ts'

const JUMP_S = 5

type Keys = Pick<MediaSession, 'setActionHandler'>
type Played = Pick<AudioPlayer, 'position' | 'play' | 'pause' | 'seek'>

/** Keyboards, headsets, pedals and lock screens have keys of their own for sound: they work on this player until the answer is called. */
export function mediaKeys(session: Keys, { position, play, pause, seek }: Played): () => void {
  const jump = (seconds: number) => seek(position.now() + seconds * 1000)
  const actions: Partial<Record<MediaSessionAction, MediaSessionActionHandler>> = {
    play: () => play(),
    pause,
    seekbackward: ({ seekOffset }) => jump(-(seekOffset ?? JUMP_S)),
    seekforward: ({ seekOffset }) => jump(seekOffset ?? JUMP_S),
    previoustrack: () => jump(-JUMP_S),
    nexttrack: () => jump(JUMP_S),
    seekto: ({ seekTime }) => seekTime !== undefined && seek(seekTime * 1000),
  }
  const names = Object.keys(actions) as MediaSessionAction[]
  const set = (name: MediaSessionAction, handler: MediaSessionActionHandler | null) => {
    try {
      session.setActionHandler(name, handler)
    } catch {
      // A browser that does not know this key has the others.
    }
  }
  for (const name of names) set(name, actions[name] ?? null)
  return () => {
    for (const name of names) set(name, null)
  }
}

/** For the player of a page, under the title that lock screens show. */
export function useMediaKeys(player: AudioPlayer | null, title: string) {
  useEffect(() => {
    const session = navigator.mediaSession
    if (!player || !session) return
    session.metadata = new MediaMetadata({ title, artist: 'Mina' })
    const release = mediaKeys(session, player)
    return () => {
      release()
      session.metadata = null
    }
  }, [player, title])
}
