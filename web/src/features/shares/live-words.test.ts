import { expect, test } from 'vitest'
import { withCaption } from './live-words.ts'

const said = (idx: number, text: string, is_final = true) => ({
  id: `${idx} ${text}`,
  idx,
  start_ms: idx * 1000,
  end_ms: idx * 1000 + 900,
  text,
  is_final,
  revision: 0,
})

test('interims grow, a final replaces them, and stays', () => {
  let all = withCaption([], said(0, 'We', false))
  all = withCaption(all, said(0, 'We ship', false))
  all = withCaption(all, said(0, 'We ship.'))
  all = withCaption(all, said(0, 'We sh', false))
  expect(all.map((it) => it.text)).toEqual(['We ship.'])
})

test('captions stand in order, however they arrive', () => {
  const all = [said(2, 'c'), said(0, 'a'), said(1, 'b')].reduce(withCaption, [] as ReturnType<typeof said>[])
  expect(all.map((it) => it.text).join('')).toBe('abc')
})
