import type { Segment } from '@mina/contract'
import { expect, test } from 'vitest'
import { steps, withArrived, withCaption, withChanged } from './changes.ts'
import type { Opened } from './query.ts'

const at = (id: string, start_ms: number, idx: number, text = id): Segment => ({
  id,
  idx,
  revision: 0,
  start_ms,
  end_ms: start_ms + 900,
  text,
  is_final: true,
})
const opened = (...segments: Segment[]) => ({ conversation: {}, segments }) as unknown as Opened
const ids = (it: Opened) => it.segments.map((one) => one.id).join('')

test('an edit keeps its place, a split comes after its first half, a merge takes the others out', () => {
  const all = opened(at('a', 0, 0), at('b', 1000, 1), at('c', 2000, 2))
  expect(withChanged(all, { segments: [at('b', 1000, 1, 'new')], removed: [] }).segments[1]?.text).toBe('new')
  expect(ids(withChanged(all, { segments: [at('a', 0, 0), at('n', 500, 1)], removed: [] }))).toBe('anbc')
  expect(ids(withChanged(all, { segments: [at('a', 0, 0)], removed: ['b'] }))).toBe('ac')
})

test('text that arrives replaces what stood from there', () => {
  const all = opened(at('a', 0, 0), at('b', 1000, 1))
  expect(ids(withArrived(all, 1, [at('x', 1000, 1), at('y', 2000, 2)]))).toBe('axy')
})

test('undo goes back, redo forward, and a new change ends what could be redone', () => {
  const edit = (id: string, undone = false) => ({ id, undone })
  expect(steps([])).toEqual({ undo: undefined, redo: undefined })
  expect(steps([edit('b'), edit('a')])).toMatchObject({ undo: { id: 'b' }, redo: undefined })
  expect(steps([edit('c', true), edit('b', true), edit('a')])).toMatchObject({ undo: { id: 'a' }, redo: { id: 'b' } })
  expect(steps([edit('b', true), edit('a', true)])).toMatchObject({ undo: undefined, redo: { id: 'a' } })
  expect(steps([edit('n'), edit('b', true), edit('a')])).toMatchObject({ undo: { id: 'n' }, redo: undefined })
})

const caption = (idx: number, text: string, is_final = true) => ({ idx, text, is_final })

test('interims grow, a final replaces them, and stays', () => {
  let all = withCaption([], caption(0, 'We', false))
  all = withCaption(all, caption(0, 'We ship', false))
  all = withCaption(all, caption(0, 'We ship.'))
  all = withCaption(all, caption(0, 'We sh', false))
  expect(all.map((it) => it.text)).toEqual(['We ship.'])
  all = withCaption(withCaption(all, caption(1, 'on', false)), caption(1, '', false))
  expect(all.map((it) => it.text)).toEqual(['We ship.'])
})

test('captions stand in order, however they arrive', () => {
  const none: ReturnType<typeof caption>[] = []
  const all = [caption(2, 'c'), caption(0, 'a'), caption(1, 'b')].reduce(withCaption, none)
  expect(all.map((it) => it.text).join('')).toBe('abc')
})
