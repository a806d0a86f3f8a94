import { expect, test } from 'vitest'
import { likeness } from './actions.ts'
import { audioPlayer, nextSpeed, playerKey } from './audio-player.ts'
import { keyNames, matches } from './shortcuts.ts'
import { readingTime } from './toast.ts'

function sound() {
  const listeners = new Map<string, (() => void)[]>()
  const it = {
    currentTime: 0,
    paused: true,
    playbackRate: 1,
    duration: 60,
    error: null,
    async play() {
      it.paused = false
      tell('play')
    },
    pause() {
      it.paused = true
      tell('pause')
    },
    addEventListener: (name: string, listener: () => void) =>
      void listeners.set(name, [...(listeners.get(name) ?? []), listener]),
    removeAttribute: () => {},
    load: () => {},
  }
  const tell = (name: string) => {
    for (const listener of listeners.get(name) ?? []) listener()
  }
  return it
}

const player = () => {
  const it = sound()
  const frames: (() => void)[] = []
  const made = audioPlayer(it as never, () => 60_000, { ask: (work) => frames.push(work), drop: () => {} })
  return { it, made, frame: () => frames.shift()?.() }
}

test('the keys of the player play, jump, stay within the sound and change the speed', () => {
  const { it, made } = player()
  const press = (...keys: string[]) => {
    for (const key of keys) playerKey(key)?.(made)
  }
  press('k')
  expect(made.playing()).toBe(true)
  press(' ')
  expect(made.playing()).toBe(false)
  press('L', 'ArrowRight', 'ArrowRight', 'j')
  expect(it.currentTime).toBe(10)
  press('j', 'j', 'ArrowLeft')
  expect(it.currentTime).toBe(0)
  press(...Array<string>(9).fill('l'))
  expect(it.currentTime).toBe(60)
  press('>', '>')
  expect(made.speed()).toBe(1.5)
  expect(playerKey('x')).toBeUndefined()
})

test('speeds end at a half and at three', () => {
  expect([nextSpeed(3, 1), nextSpeed(0.5, -1), nextSpeed(1.1, 1), nextSpeed(1.1, -1)]).toEqual([3, 0.5, 1.25, 1])
})

test('the position is followed while it plays, and no longer', () => {
  const { made, frame } = player()
  let moves = 0
  made.position.subscribe(() => {
    moves += 1
  })
  made.play()
  frame()
  frame()
  expect(moves).toBe(3)
  made.pause()
  frame()
  const then = moves
  frame()
  expect(moves).toBe(then)
})

test('a shortcut is met by its keys alone', () => {
  const event = (key: string, more = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, ...more })
  expect(matches('mod+k', event('k', { ctrlKey: true }))).toBe(true)
  expect(matches('mod+k', event('K', { metaKey: true }))).toBe(true)
  expect(matches('mod+k', event('k'))).toBe(false)
  expect(matches('h', event('h', { ctrlKey: true }))).toBe(false)
  expect(matches('?', event('?'))).toBe(true)
  expect(keyNames('mod+k')).toEqual(['Ctrl', 'K'])
  expect(keyNames(' ')).toEqual(['Space'])
})

test('the palette finds names by beginning, word, part and letters, whatever the accents', () => {
  const scores = ['weekly', 'review', 'eekl', 'wkrv', 'xyz', ''].map((it) => likeness('Weekly Révìew', it))
  expect(scores).toEqual([4, 3, 2, 1, 0, 1])
})

test('a message with something to do stays longer', () => {
  expect(readingTime({ text: 'Gone.', action: { label: 'Undo', run: () => {} } })).toBeGreaterThan(
    readingTime({ text: 'Gone.' }),
  )
  expect(readingTime({ text: 'x', stays: true })).toBe(Number.POSITIVE_INFINITY)
})
