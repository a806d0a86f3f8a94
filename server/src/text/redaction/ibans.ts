import { electronicFormatIBAN, isValidIBAN } from 'ibantools'
import type { Finder } from './spans.ts'

/** Letters and digits in groups, which may run on into the next words: the longest valid beginning counts. */
export const ibans: Finder = (text) =>
  [...text.matchAll(/(?<![\p{L}\p{N}])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}(?![\p{L}\p{N}])/giu)].flatMap((hit) => {
    for (let length = hit[0].length; length >= 15; length -= 1) {
      const part = hit[0].slice(0, length)
      const identity = electronicFormatIBAN(part)
      if (/[A-Z0-9]$/i.test(part) && identity && isValidIBAN(identity)) {
        return [{ kind: 'iban' as const, start: hit.index, end: hit.index + length, identity }]
      }
    }
    return []
  })
