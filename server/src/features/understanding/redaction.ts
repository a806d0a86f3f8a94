import type { redactionKindNames } from '@mina/contract'
import {
  beepsFor,
  type RedactedSpan,
  type RedactionKey,
  redact,
  type TimedWord,
  type TimeRange,
} from '../../text/redaction/index.ts'

export type RedactionKindName = (typeof redactionKindNames)[number]

/** What a segment has to bring to be redacted; whatever else it carries comes back with it. */
export interface RedactableSegment {
  id: string
  text: string
  start_ms: number
  end_ms: number
  speaker?: string | null
  words?: readonly TimedWord[] | null
}

export interface RedactOptions {
  kinds?: readonly RedactionKindName[] | undefined
  title?: string
  /** Of people who are not among the speakers. */
  names?: readonly string[]
  /** Of what was said. */
  language?: string | null
  signal?: AbortSignal
}

export type RedactedAs<Segment> = Omit<Segment, 'words'> & {
  text: string
  speaker: string | null
  spans: RedactedSpan[]
  /** What to silence in the sound. */
  beeps: TimeRange[]
}

export interface RedactedConversation<Segment> {
  title: string
  segments: RedactedAs<Segment>[]
  key: RedactionKey
}

/** "Speaker 2" and its like name nobody. */
const nameless = /^(?:speaker|sprecher|parlante|interlocutore|locuteur|hablante|spreker|channel)?\s*[A-Z\d]{0,3}$/i

/**
 * Takes personal data out of a conversation: words, speakers and title alike, with one placeholder for one person
 * throughout. Word times go, since they would spell out what was taken; what they told is in `beeps`.
 */
export async function redactSegments<Segment extends RedactableSegment>(
  segments: readonly Segment[],
  { kinds, title = '', names: others = [], language = null, signal }: RedactOptions = {},
): Promise<RedactedConversation<Segment>> {
  const speakers = [...new Set(segments.flatMap((it) => it.speaker ?? []))]
  const names = speakers.filter((name) => !nameless.test(name.trim()))
  // Speakers stand first, so that the placeholders are numbered in the order of who spoke.
  const texts = [
    ...names.map((name, at) => ({ id: `speaker ${at}`, text: name })),
    { id: 'title', text: title },
    ...segments.map(({ id, text }) => ({ id, text })),
  ]
  const { texts: redacted, key } = await redact(texts, {
    ...(kinds && { kinds }),
    names: [...names, ...others],
    language,
    ...(signal && { signal }),
  })
  const byId = new Map(redacted.map((it) => [it.id, it]))
  const speakerAs = new Map(names.map((name, at) => [name, byId.get(`speaker ${at}`)?.text ?? name]))
  return {
    title: byId.get('title')!.text,
    key,
    segments: segments.map((segment) => {
      const { words, ...rest } = segment
      const { text, spans } = byId.get(segment.id)!
      const { start_ms, end_ms } = segment
      const timed = { text: segment.text, start_ms, end_ms, ...(words && { words }) }
      const speaker = segment.speaker ?? null
      return {
        ...rest,
        text,
        speaker: speaker === null ? null : (speakerAs.get(speaker) ?? speaker),
        spans,
        beeps: beepsFor(timed, spans),
      }
    }),
  }
}
