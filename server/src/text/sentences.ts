import type { TextSegment } from './segment.ts'

export interface Sentence {
  text: string
  /** Positions in the text it was cut from. */
  start: number
  end: number
}

const abbreviation =
  /(?:^|[\s(])(?:(?:dr|mr|mrs|ms|prof|sr|jr|st|vs|etc|approx|dept|inc|ltd|co|corp|nr|vol|fig|gen|sen|rep|gov|capt|sgt|avg|est|ca|bzw|usw|evtl|sig|dott|ing|avv|mme|mlle|ej|ud)|[a-z]|[a-z]\.[a-z]|z\.\s?b|p\.\s?es)\.\s*$/iu
/** "No. 5" is a number, "No." an answer. */
const numero = /(?:^|[\s(])no\.\s*$/i
/** These may well stand at the end of a sentence too: a capital after them decides. */
const mayEnd = /(?:etc|inc|ltd|co|corp|jr|sr|usw|[ap]\.m|u\.s)\.\s*$/iu
const startsSentence = /^["'“‘(¿¡]?[\p{Lu}\p{Lo}]/u
/** A recogniser that writes no full stops still has to be readable: longer than this is cut at a comma or a space. */
const longest = 600

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' })

/** Sentences of any language. Abbreviations, initials and decimals do not end one; a line break does. */
export function sentencesOf(text: string): Sentence[] {
  const found: Sentence[] = []
  let start = 0
  let open = ''
  // Line by line, because the segmenter is slow on one very long string.
  for (const line of text.matchAll(/[^\n]+|\n+/g)) {
    start = line.index
    open = ''
    for (const { segment } of segmenter.segment(line[0])) {
      open += segment
      const rest = line[0].slice(start - line.index + open.length)
      const shortened = abbreviation.test(open) || (numero.test(open) && /^\d/.test(rest))
      const held = shortened && rest !== '' && !(mayEnd.test(open) && startsSentence.test(rest))
      const unfinished = rest !== '' && !/[.!?…。！？؟।:;)"'”’]\s*$/u.test(open)
      if (held || unfinished) continue
      push(found, open, start)
      start += open.length
      open = ''
    }
    if (open) push(found, open, start)
  }
  return found
}

function push(found: Sentence[], raw: string, start: number): void {
  let rest = raw.trimStart()
  let at = start + raw.length - rest.length
  rest = rest.trimEnd()
  while (rest) {
    const cut = rest.length <= longest ? rest.length : cutOf(rest.slice(0, longest))
    const text = rest.slice(0, cut).trimEnd()
    found.push({ text, start: at, end: at + text.length })
    const next = rest.slice(cut).trimStart()
    at += rest.length - next.length
    rest = next
  }
}

function cutOf(window: string): number {
  const comma = window.lastIndexOf(', ')
  const space = window.lastIndexOf(' ')
  return comma > longest / 2 ? comma + 1 : space > longest / 2 ? space : longest
}

export interface SpokenSentence extends Sentence {
  segment: TextSegment
}

export const sentencesIn = (segments: readonly TextSegment[]): SpokenSentence[] =>
  segments.flatMap((segment) => sentencesOf(segment.text).map((sentence) => ({ ...sentence, segment })))
