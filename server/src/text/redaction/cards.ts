import { spelledNumbersIn } from './digits.ts'
import type { Finder, PrivateSpan } from './spans.ts'

const luhn = (number: string): boolean => {
  const sum = [...number].reverse().reduce((total, digit, at) => {
    const doubled = Number(digit) * (at % 2 === 1 ? 2 : 1)
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return sum % 10 === 0 && !/^(\d)\1+$/.test(number)
}

/** The checksum, and a first digit that issuers of payment cards have. */
const isCard = (number: string): boolean => /^[2-6]\d{12,18}$/.test(number) && luhn(number)

/** A card may stand among other digits, its expiry say: any run of whole groups that passes the check counts. */
export const cards: Finder = (text) => {
  const found: PrivateSpan[] = spelledNumbersIn(text)
    .filter(({ digits }) => isCard(digits))
    .map(({ start, end, digits }) => ({ kind: 'card', start, end, identity: digits }))
  for (const run of text.matchAll(/(?<![\d.,])\d(?:[ -]?\d){12,}(?!\d)/g)) {
    const groups = [...run[0].matchAll(/\d+/g)]
    for (let first = 0; first < groups.length; first += 1) {
      let number = ''
      for (const group of groups.slice(first)) {
        number += group[0]
        if (number.length > 19) break
        if (!isCard(number)) continue
        const start = run.index + groups[first]!.index
        found.push({ kind: 'card', start, end: run.index + group.index + group[0].length, identity: number })
        break
      }
    }
  }
  return found
}
