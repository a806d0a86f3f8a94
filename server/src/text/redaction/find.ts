import { addresses } from './addresses.ts'
import { cards } from './cards.ts'
import { emails } from './emails.ts'
import { ibans } from './ibans.ts'
import { persons } from './names.ts'
import { phones } from './phones.ts'
import type { Finder, FindOptions, PrivateSpan, RedactionKind } from './spans.ts'

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
