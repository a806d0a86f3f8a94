import { spokenIn } from '../language.ts'
import { createPace } from '../pace.ts'
import { findPrivate } from './find.ts'
import { type PrivateSpan, type RedactionKind, redactionKinds } from './spans.ts'

export interface RedactionOptions {
  /** All of them where left out. */
  kinds?: readonly RedactionKind[]
  /** ISO 3166 country of national phone numbers. */
  country?: string
  names?: readonly string[]
  /** BCP 47 tag of what is spoken: it decides whose phone numbers are meant, and how names are told. */
  language?: string | null | undefined
  signal?: AbortSignal
}

export interface RedactedSpan {
  kind: RedactionKind
  placeholder: string
  /** Positions in the original text. */
  start: number
  end: number
  /** Positions in the redacted text. */
  redacted_start: number
  redacted_end: number
}

export interface RedactedText {
  id: string
  text: string
  spans: RedactedSpan[]
}

/** What turns placeholders back: it stays with the owner, beside no export. */
export interface RedactionKey {
  /** The fullest form of each entity. */
  entities: Record<string, string>
  /** What stood in each text, in order, so that the very words come back. */
  originals: Record<string, string[]>
}

export interface Redaction {
  texts: RedactedText[]
  key: RedactionKey
}

interface Found {
  id: string
  text: string
  spans: PrivateSpan[]
}

/** The same entity has the same placeholder in all texts: `[PERSON 1]` stays the one who spoke first. */
export async function redact(
  texts: readonly { id: string; text: string }[],
  options: RedactionOptions = {},
): Promise<Redaction> {
  const pace = createPace()
  const settings = {
    kinds: new Set(options.kinds ?? redactionKinds),
    names: options.names ?? [],
    language: spokenIn(options.language),
    ...(options.country && { country: options.country }),
  }
  const found: Found[] = []
  for (const { id, text } of texts) {
    await pace(options.signal)
    found.push({ id, text, spans: await findPrivate(text, settings) })
  }
  const placeholderOf = name(found)
  const key: RedactionKey = { entities: {}, originals: {} }
  const redacted = found.map(({ id, text, spans }) => {
    const pieces: string[] = []
    const marks: RedactedSpan[] = []
    let from = 0
    let length = 0
    for (const { kind, start, end, identity } of spans) {
      const placeholder = placeholderOf(kind, identity)
      const original = text.slice(start, end)
      const before = text.slice(from, start)
      pieces.push(before, placeholder)
      length += before.length
      marks.push({ kind, placeholder, start, end, redacted_start: length, redacted_end: length + placeholder.length })
      length += placeholder.length
      from = end
      const known = key.entities[placeholder]
      if (known === undefined || known.length < original.length) key.entities[placeholder] = original
    }
    if (spans.length > 0) key.originals[id] = spans.map(({ start, end }) => text.slice(start, end))
    pieces.push(text.slice(from))
    return { id, text: pieces.join(''), spans: marks }
  })
  return { texts: redacted, key }
}

/** Numbers entities in order of appearance, past any placeholder that the texts themselves happen to contain. */
function name(found: readonly Found[]): (kind: RedactionKind, identity: string) => string {
  const taken = new Set(found.flatMap(({ text }) => text.match(/\[[A-Z]+ \d+\]/g) ?? []))
  const persons = sameness(found)
  const names = new Map<string, string>()
  const counts = new Map<RedactionKind, number>()
  return (kind, identity) => {
    const same = kind === 'person' ? (persons.get(identity) ?? identity) : identity
    const known = names.get(`${kind}:${same}`)
    if (known) return known
    let count = counts.get(kind) ?? 0
    let placeholder: string
    do {
      count += 1
      placeholder = `[${kind.toUpperCase()} ${count}]`
    } while (taken.has(placeholder))
    counts.set(kind, count)
    names.set(`${kind}:${same}`, placeholder)
    return placeholder
  }
}

/** "sarah" is "sarah jones" where there is only one Sarah. */
function sameness(found: readonly Found[]): Map<string, string> {
  const persons = new Set(
    found.flatMap(({ spans }) => spans.filter((it) => it.kind === 'person').map((it) => it.identity)),
  )
  const same = new Map<string, string>()
  for (const short of persons) {
    const full = [...persons].filter((it) => it !== short && it.split(/\s+/).includes(short))
    if (!/\s/.test(short) && full.length === 1) same.set(short, full[0]!)
  }
  return same
}

/** Word for word what was there. */
export function restore({ id, text, spans }: RedactedText, key: RedactionKey): string {
  const originals = key.originals[id] ?? []
  let restored = ''
  let from = 0
  for (const [at, { redacted_start, redacted_end, placeholder }] of spans.entries()) {
    restored += text.slice(from, redacted_start) + (originals[at] ?? placeholder)
    from = redacted_end
  }
  return restored + text.slice(from)
}

/** For texts made from redacted ones, a summary say: placeholders become the fullest form of each entity. */
export const restoreNames = (text: string, key: RedactionKey): string =>
  text.replace(/\[[A-Z]+ \d+\]/g, (placeholder) =>
    Object.hasOwn(key.entities, placeholder) ? key.entities[placeholder]! : placeholder,
  )
