import type { Token } from './tokens.ts'

export interface SpokenWord {
  text: string
  start_ms: number
  end_ms: number
  punctuated?: string
}

/** What subtitles are made of: an utterance of an engine, or a segment of a conversation. */
export interface Spoken {
  start_ms: number
  end_ms: number
  text: string
  speaker?: string | null
  translation?: string | null
  words?: readonly SpokenWord[]
}

export interface TimedToken extends Token {
  start_ms: number
  end_ms: number
}

interface Span {
  start_ms: number
  end_ms: number
}

const letters = (text: string) =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}]/gu, '')

/** Both sides spell the same: a place in the text is a place in time, also where words and tokens are cut differently. */
const byPosition = (tokens: readonly string[], words: readonly (Span & { letters: string })[]): Span[] => {
  const bounds: number[] = [0]
  for (const word of words) bounds.push(bounds[bounds.length - 1]! + word.letters.length)
  let at = 0
  const timeAt = (position: number, side: 'start' | 'end') => {
    while (at < words.length - 1 && (side === 'start' ? position >= bounds[at + 1]! : position > bounds[at + 1]!)) at++
    const word = words[at]!
    const share = word.letters.length === 0 ? 0 : (position - bounds[at]!) / word.letters.length
    return word.start_ms + (word.end_ms - word.start_ms) * Math.min(1, Math.max(0, share))
  }
  let position = 0
  return tokens.map((token) => {
    const start_ms = timeAt(position, 'start')
    position += token.length
    return { start_ms, end_ms: token.length === 0 ? start_ms : timeAt(position, 'end') }
  })
}

/** How far ahead an equal word is looked for: further off it is more likely another one. */
const reach = 8

/** Somebody corrected the text: words that are still there keep their times, what lies between is shared out later. */
const byAnchors = (tokens: readonly string[], words: readonly (Span & { letters: string })[]): (Span | undefined)[] => {
  let next = 0
  return tokens.map((token) => {
    if (token === '') return undefined
    for (let at = next; at < Math.min(words.length, next + reach); at++) {
      if (words[at]!.letters !== token) continue
      next = at + 1
      return words[at]
    }
    return undefined
  })
}

/** Gives what has no time a share of the time around it, by its width. */
const fill = (tokens: readonly Token[], known: readonly (Span | undefined)[], whole: Span): TimedToken[] => {
  const timed: TimedToken[] = []
  let now = whole.start_ms
  for (let at = 0; at < tokens.length; ) {
    const span = known[at]
    if (span !== undefined) {
      const start_ms = Math.min(whole.end_ms, Math.max(now, span.start_ms))
      now = Math.min(whole.end_ms, Math.max(start_ms, span.end_ms))
      timed.push({ ...tokens[at]!, start_ms, end_ms: now })
      at++
      continue
    }
    let end = at
    let width = 0
    while (end < tokens.length && known[end] === undefined) width += tokens[end++]!.width
    const until = Math.max(now, Math.min(whole.end_ms, known[end]?.start_ms ?? whole.end_ms))
    const from = now
    let before = 0
    for (; at < end; at++) {
      const start_ms = from + ((until - from) * before) / width
      before += tokens[at]!.width
      now = from + ((until - from) * before) / width
      timed.push({ ...tokens[at]!, start_ms, end_ms: now })
    }
    now = until
  }
  return timed
}

const finite = (value: number) => (Number.isFinite(value) ? Math.max(0, value) : 0)

export const spanOf = (it: Span): Span => {
  const start_ms = finite(it.start_ms)
  return { start_ms, end_ms: Math.max(start_ms, finite(it.end_ms)) }
}

export const timed = (tokens: readonly Token[], spoken: Spoken): TimedToken[] => {
  const whole = spanOf(spoken)
  const words = (spoken.words ?? [])
    .filter((word) => Number.isFinite(word.start_ms) && Number.isFinite(word.end_ms))
    .map((word) => ({ ...spanOf(word), letters: letters(word.punctuated ?? word.text) }))
  if (words.length === 0) return fill(tokens, [], whole)
  const spelled = tokens.map((token) => letters(token.text))
  const same = spelled.join('') === words.map((word) => word.letters).join('')
  return fill(tokens, same ? byPosition(spelled, words) : byAnchors(spelled, words), whole)
}
