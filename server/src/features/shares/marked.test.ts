import { expect, test } from 'vitest'
import { marked } from './marked.ts'

const segment = { text: 'We ship on Friday.', start_ms: 1000, end_ms: 5000 }
const mark = (text: string, colour = 'yellow', start_ms = 0) => ({ text, colour, start_ms, end_ms: 9000 }) as const
const lit = (...marks: ReturnType<typeof mark>[]) =>
  marked(segment, marks)
    .map(({ text, colours }) => (colours.length > 0 ? `[${text}|${colours.join(' ')}]` : text))
    .join('')

test('a highlight lies in a part, over the whole, or runs over into its neighbours', () => {
  expect(lit(mark('ship on'))).toBe('We [ship on|yellow] Friday.')
  expect(lit(mark('Before. We ship on Friday. After.'))).toBe('[We ship on Friday.|yellow]')
  expect(lit(mark('on Friday. Then we rest'))).toBe('We ship [on Friday.|yellow]')
  expect(lit(mark('Now then. We ship'))).toBe('[We ship|yellow] on Friday.')
  expect(lit(mark('ship', 'yellow', 6000))).toBe('We ship on Friday.')
  expect(lit(mark('gone'))).toBe('We ship on Friday.')
})

test('highlights may lie over each other, and no letter is lost', () => {
  expect(lit(mark('We ship'), mark('ship on', 'blue'))).toBe('[We |yellow][ship|yellow blue][ on|blue] Friday.')
  expect(marked({ text: '', start_ms: 0, end_ms: 1 }, [])).toEqual([])
})
