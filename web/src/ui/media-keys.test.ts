import { expect, test } from 'vitest'
import { mediaKeys } from './media-keys.ts'

function keyboard({ without = '' } = {}) {
  const handlers = new Map<string, MediaSessionActionHandler>()
  return {
    handlers,
    press: (action: MediaSessionAction, details: Partial<MediaSessionActionDetails> = {}) =>
      handlers.get(action)?.({ action, ...details }),
    setActionHandler(action: MediaSessionAction, handler: MediaSessionActionHandler | null) {
      if (action === without) throw new TypeError('no such key')
      if (handler) handlers.set(action, handler)
      else handlers.delete(action)
    },
  }
}

function playerAt(ms: number) {
  const done: string[] = []
  return {
    done,
    position: { now: () => ms, subscribe: () => () => {} },
    play: () => void done.push('play'),
    pause: () => void done.push('pause'),
    seek: (to: number) => void done.push(`seek ${to}`),
  }
}

test('a headset or a pedal plays, pauses and jumps, and the lock screen seeks', () => {
  const [keys, player] = [keyboard(), playerAt(20_000)]
  mediaKeys(keys, player)
  keys.press('play')
  keys.press('pause')
  keys.press('seekbackward')
  keys.press('seekforward', { seekOffset: 10 })
  keys.press('previoustrack')
  keys.press('seekto', { seekTime: 3 })
  expect(player.done).toEqual(['play', 'pause', 'seek 15000', 'seek 30000', 'seek 15000', 'seek 3000'])
})

test('a browser that lacks a key has the others, and all are given back', () => {
  const keys = keyboard({ without: 'seekto' })
  const release = mediaKeys(keys, playerAt(0))
  expect([...keys.handlers.keys()]).toContain('nexttrack')
  release()
  expect(keys.handlers.size).toBe(0)
})
