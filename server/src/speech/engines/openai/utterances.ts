import type { z } from 'zod'
import type { Utterance, Word } from '../../port.ts'
import { speakerName } from '../../speakers.ts'
import type { DiarizedAnswer, PlainAnswer, Segment, TimedWord, VerboseAnswer } from './answer.ts'
import type { AudioPart } from './cut.ts'

type Span = Pick<AudioPart, 'start_ms' | 'duration_ms'>

/** Seconds in the part become milliseconds in the recording, never past the part's end. */
const at = (span: Span, seconds: number) =>
  span.start_ms + Math.min(span.duration_ms, Math.max(0, Math.round(seconds * 1000)))

export function fromVerbose(answer: z.output<typeof VerboseAnswer>, span: Span, wantWords: boolean): Utterance[] {
  const segments = answer.segments ?? []
  if (segments.length === 0) return fromPlain(answer, span)
  const words = answer.words ?? []
  let next = 0
  return segments.flatMap((segment, index) => {
    const own: Word[] = []
    const last = index === segments.length - 1
    // Words carry no segment number: each belongs to the segment in which its middle lies.
    while (next < words.length && (last || middle(words[next]!) < segment.end)) own.push(wordOf(words[next++]!, span))
    const text = segment.text.trim()
    if (text === '') return []
    const start_ms = at(span, segment.start)
    return [
      {
        start_ms,
        end_ms: Math.max(start_ms, at(span, segment.end)),
        text,
        confidence: likelihood(segment.avg_logprob),
        ...(wantWords && own.length > 0 && { words: own }),
        ...(isDoubtful(segment) && { doubtful: true }),
      },
    ]
  })
}

/** Text without times: the whole part is its time. */
export function fromPlain(answer: z.output<typeof PlainAnswer>, span: Span): Utterance[] {
  const text = answer.text.trim()
  if (text === '') return []
  const known = (answer.logprobs ?? []).flatMap(({ logprob }) => (logprob === undefined ? [] : [logprob]))
  const mean = known.length > 0 ? known.reduce((sum, one) => sum + one, 0) / known.length : null
  return [{ start_ms: span.start_ms, end_ms: span.start_ms + span.duration_ms, text, confidence: likelihood(mean) }]
}

/** Speakers are named within one request only, so those of a later part get its number. */
export function fromDiarized(answer: z.output<typeof DiarizedAnswer>, span: Span, part: number): Utterance[] {
  return answer.segments
    .filter((segment) => segment.text.trim() !== '')
    .map((segment) => {
      const start_ms = at(span, segment.start)
      return {
        start_ms,
        end_ms: Math.max(start_ms, at(span, segment.end)),
        text: segment.text.trim(),
        confidence: null,
        speaker: speakerName(segment.speaker) + (part === 0 ? '' : ` (part ${part + 1})`),
      }
    })
}

const wordOf = (it: TimedWord, span: Span): Word => {
  const start_ms = at(span, it.start)
  return { text: it.word.trim(), start_ms, end_ms: Math.max(start_ms, at(span, it.end)), confidence: null }
}

const middle = (word: TimedWord) => (word.start + word.end) / 2

/** The engine's own number, told as a probability: the geometric mean of its tokens'. */
const likelihood = (logprob: number | null | undefined) =>
  typeof logprob === 'number' ? Math.min(1, Math.exp(logprob)) : null

/** Whisper's own rules for a loop and for words heard in silence. */
const isDoubtful = ({ compression_ratio, no_speech_prob, avg_logprob }: Segment) =>
  (compression_ratio ?? 0) > 2.4 || ((no_speech_prob ?? 0) > 0.6 && (avg_logprob ?? 0) < -1)
