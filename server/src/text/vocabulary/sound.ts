/**
 * How a word sounds, roughly: consonants in classes, vowels only at the beginning (after Philips' double metaphone, with
 * the rules that matter for names and terms). Two keys where a spelling can be said in two ways.
 */
export function soundsOf(text: string): readonly [string, string] {
  const letters = text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/ß/g, 'ss')
    .toLowerCase()
    .replace(/[^a-z]/g, '')
  return [key(letters, first), key(letters, second)]
}

type Rules = readonly (readonly [RegExp, string])[]

// Capitals are sounds that are settled: X as in "she", 0 as in "thin".
const opening: Rules = [
  [/^(?:kn|gn|pn)/, 'n'],
  [/^wr/, 'r'],
  [/^ps/, 's'],
  [/^x/, 's'],
  [/^wh/, 'w'],
]

const shared: Rules = [
  [/mb$/, 'm'],
  [/tch/g, 'X'],
  [/sch(?=[mnlrw])/g, 'X'],
  [/sh/g, 'X'],
  [/(?:ti|si|ci)(?=[ao])/g, 'X'],
  [/ph/g, 'f'],
  [/ck/g, 'k'],
  [/cc(?=[eiy])/g, 'ks'],
  [/sc(?=[eiy])/g, 's'],
  [/c(?=[eiy])/g, 's'],
  [/dg(?=[eiy])/g, 'J'],
  [/x/g, 'ks'],
  [/qu/g, 'kw'],
  [/q/g, 'k'],
]

const first: Rules = [
  ...opening,
  [/sch/g, 'sk'],
  ...shared,
  [/gh(?=[aeiou])/g, 'g'],
  [/gh/g, ''],
  [/ch/g, 'X'],
  [/th/g, '0'],
  [/g(?=[eiy])/g, 'J'],
  [/j/g, 'J'],
  [/w(?![aeiou])/g, ''],
]

const second: Rules = [
  ...opening,
  [/sch/g, 'X'],
  ...shared,
  [/gh/g, 'f'],
  [/ch/g, 'k'],
  [/th/g, 't'],
  [/j/g, 'y'],
  [/w/g, 'f'],
]

const classes: Rules = [
  [/[cg]/g, 'k'],
  [/d/g, 't'],
  [/b/g, 'p'],
  [/v/g, 'f'],
  [/z/g, 's'],
  [/h(?![aeiou])/g, ''],
  [/(?<=[aeiouyptkfslmnrXJ0])h/g, ''],
]

function key(letters: string, rules: Rules): string {
  let sounds = letters
  for (const [pattern, sound] of [...rules, ...classes]) sounds = sounds.replace(pattern, sound)
  const opens = /^[aeiouy]/.test(sounds) ? 'A' : ''
  return (opens + sounds.replace(/[aeiouy]/g, '')).replace(/(.)\1+/g, '$1').toUpperCase()
}

export const sameSound = (one: readonly string[], two: readonly string[]): boolean =>
  one.some((it) => it.length > 1 && two.includes(it))

export const soundAlike = (a: string, b: string): boolean => sameSound(soundsOf(a), soundsOf(b))

/** 1 for the same spelling, 0 for nothing in common (Damerau-Levenshtein, neighbours swapped being one step). */
export function likeness(a: string, b: string): number {
  const [left, right] = [[...a.toLowerCase()], [...b.toLowerCase()]]
  const longest = Math.max(left.length, right.length)
  if (longest === 0) return 1
  let beforeLast: number[] = []
  let last = Array.from({ length: right.length + 1 }, (_, at) => at)
  for (const [i, letter] of left.entries()) {
    const row = [i + 1]
    for (const [j, other] of right.entries()) {
      const swapped = i > 0 && j > 0 && letter === right[j - 1] && left[i - 1] === other
      row.push(
        Math.min(
          last[j + 1]! + 1,
          row[j]! + 1,
          last[j]! + (letter === other ? 0 : 1),
          swapped ? beforeLast[j - 1]! + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
    beforeLast = last
    last = row
  }
  return 1 - last[right.length]! / longest
}
