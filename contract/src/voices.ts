/** Eight hues; 0 is a voice without a name. */
export type Hue = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8

/** The nth speaker of a conversation keeps the nth hue, on every page. */
export const hueOf = (place: number) => (place < 0 ? 0 : (place % 8) + 1) as Hue

/**
 * The first letter or sign that a person would see, in any script; titles such as "Prof." do not count. Voices that nobody named yet
 * ("Speaker 2") differ only by their number.
 */
export function initialOf(name: string) {
  const whole = name.trim()
  const number = /\D\s(\p{Nd}{1,2})$/u.exec(whole)?.[1]
  if (number) return number
  const word = whole.split(/\s+/).find((it) => !/^\p{L}{1,5}\.$/u.test(it)) ?? whole
  const first = [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(word)][0]?.segment ?? '?'
  return first.toLocaleUpperCase()
}
