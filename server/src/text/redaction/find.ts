import { electronicFormatIBAN, isValidIBAN } from 'ibantools'
import { addresses } from './addresses.ts'
import { cards } from './cards.ts'
import { emails } from './emails.ts'
import { persons } from './names.ts'
import { phones } from './phones.ts'

export const redactionKinds = ['email', 'phone', 'card', 'iban', 'address', 'person'] as const
export type RedactionKind = (typeof redactionKinds)[number]

export interface PrivateSpan {
  kind: RedactionKind
  start: number
  end: number
  /** What makes two spans the same entity: digits without spaces, a mail in lower case. */
  identity: string
}

export interface FindOptions {
  kinds: ReadonlySet<RedactionKind>
  /** Whose national phone numbers are meant where no +country is said. */
  country?: string
  /** Names known from elsewhere: the speakers', the account's contacts. Found in every language. */
  names: readonly string[]
  /** Primary tag of what is spoken; null where it is not known, which is read as English. */
  language: string | null
}

export type Finder = (text: string, options: FindOptions) => PrivateSpan[] | Promise<PrivateSpan[]>

export const spans = (
  kind: RedactionKind,
  text: string,
  pattern: RegExp,
  identity: (hit: string) => string | null,
): PrivateSpan[] =>
  [...text.matchAll(pattern)].flatMap((hit) => {
    const key = identity(hit[0])
    return key === null ? [] : [{ kind, start: hit.index, end: hit.index + hit[0].length, identity: key }]
  })

/** Letters and digits in groups, which may run on into the next words: the longest valid beginning counts. */
const ibans: Finder = (text) =>
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

/** Where kinds claim the same text, the stricter check wins: a valid IBAN is no phone number. */
const finders: readonly (readonly [RedactionKind, Finder])[] = [
  ['iban', ibans],
  ['card', cards],
  ['email', emails],
  ['address', addresses],
  ['phone', phones],
  ['person', persons],
]

export async function findPrivate(text: string, options: FindOptions): Promise<PrivateSpan[]> {
  const kept: PrivateSpan[] = []
  for (const [kind, find] of finders) {
    if (!options.kinds.has(kind)) continue
    const found = (await find(text, options)).sort((a, b) => b.end - b.start - (a.end - a.start))
    for (const span of found) {
      if (!kept.some((other) => other.start < span.end && span.start < other.end)) kept.push(span)
    }
  }
  return kept.sort((a, b) => a.start - b.start)
}
