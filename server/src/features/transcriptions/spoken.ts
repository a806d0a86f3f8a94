import type { Utterance } from '../../speech/port.ts'
import { sentencesOf } from '../../text/sentences.ts'

/** A word as it is told to clients: bare, as written, and where it stands in the recording. */
export interface SpokenWord {
  bare: string
  written: string
  start_ms: number
  end_ms: number
  confidence: number | null
  speaker?: string | undefined
}

export interface SpokenSentence {
  text: string
  start_ms: number
  end_ms: number
  words: SpokenWord[]
  speaker?: string | undefined
}

const edges = /^[^\p{L}\p{N}]+|[^\p{L}\p{N}%°]+$/gu

/** Without the punctuation around it; what is only punctuation stays. */
export const bareWord = (text: string) => text.replace(edges, '') || text

const letters = (text: string) => text.replace(/[^\p{L}\p{N}\p{M}]/gu, '').length

/** The engine's words; where it gives none, those of the text, each with its share of the time by its length. */
export function wordsOf(utterance: Utterance): SpokenWord[] {
  const { speaker, start_ms, end_ms, confidence } = utterance
  if (utterance.words?.length)
    return utterance.words.map((word) => ({
      bare: bareWord(word.text),
      written: word.punctuated ?? word.text,
      start_ms: word.start_ms,
      end_ms: word.end_ms,
      confidence: word.confidence,
      speaker: word.speaker ?? speaker,
    }))
  const tokens = utterance.text.split(/\s+/).filter(Boolean)
  const whole = tokens.reduce((sum, token) => sum + token.length, 0)
  let before = 0
  const at = (length: number) => Math.round(start_ms + ((end_ms - start_ms) * length) / whole)
  return tokens.map((written) => {
    const from = before
    before += written.length
    return { bare: bareWord(written), written, start_ms: at(from), end_ms: at(before), confidence, speaker }
  })
}

/** The sentences of an utterance, each with the words that spell it. */
export function sentencesIn(utterance: Utterance): SpokenSentence[] {
  const words = wordsOf(utterance)
  let next = 0
  let reached = utterance.start_ms
  let spelled = 0
  let wanted = 0
  const sentences = sentencesOf(utterance.text)
  return sentences.map(({ text }, index) => {
    wanted += letters(text)
    const own: SpokenWord[] = []
    const last = index === sentences.length - 1
    while (next < words.length && (last || spelled + letters(words[next]!.written) / 2 <= wanted)) {
      spelled += letters(words[next]!.written)
      own.push(words[next++]!)
    }
    const start_ms = own[0]?.start_ms ?? reached
    reached = own.at(-1)?.end_ms ?? reached
    return { text, start_ms, end_ms: Math.max(start_ms, reached), words: own, speaker: utterance.speaker }
  })
}

export const textOf = (utterances: readonly Pick<Utterance, 'text'>[]) =>
  utterances
    .map(({ text }) => text.trim())
    .filter(Boolean)
    .join(' ')

/** Weighed by length, over what has a number; null where nothing has one. */
export function confidenceOf(
  parts: readonly { confidence: number | null; start_ms: number; end_ms: number }[],
): number | null {
  let sum = 0
  let weight = 0
  for (const { confidence, start_ms, end_ms } of parts) {
    if (confidence === null) continue
    const own = Math.max(1, end_ms - start_ms)
    sum += confidence * own
    weight += own
  }
  return weight === 0 ? null : Math.round((sum / weight) * 1e6) / 1e6
}

export const seconds = (ms: number) => Math.round(ms) / 1000
