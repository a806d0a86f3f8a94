import { createPace } from '../pace.ts'
import { wordsOf } from '../words.ts'
import { commonWords, type IsCommon } from './common.ts'
import { likeness, sameSound, soundsOf } from './sound.ts'

/** A word that the user's world has and the recogniser's has not. */
export interface VocabularyTerm {
  term: string
  /** What the recogniser was seen to make of it: applied even where it is made of common words. */
  heard_as?: readonly string[]
}

export interface Correction {
  /** What stood there. */
  from: string
  to: string
  /** Positions in the text that was given. */
  start: number
  end: number
  /** Positions in the corrected text. */
  corrected_start: number
  corrected_end: number
  reason: 'taught' | 'spelling' | 'sound'
}

export interface Corrected {
  text: string
  corrections: Correction[]
}

interface Span {
  text: string
  words: string[]
  start: number
  end: number
}

interface Proposal extends Span {
  to: string
  reason: Correction['reason']
  score: number
}

const widest = 4
const sure = 0.8
const alike = 0.5

/** Puts the vocabulary's words where the recogniser wrote something that sounds or looks like them. Conservative. */
export async function correct(
  text: string,
  vocabulary: readonly VocabularyTerm[],
  language: string | null = 'en',
  signal?: AbortSignal,
): Promise<Corrected> {
  if (vocabulary.length === 0) return { text, corrections: [] }
  const pace = createPace()
  const isCommon = await commonWords(language)
  const prepared = prepare(vocabulary)
  const proposals: Proposal[] = []
  for (const span of spansOf(text)) {
    await pace(signal)
    const proposal = proposalFor(span, prepared, isCommon)
    if (proposal) proposals.push(proposal)
  }
  return apply(text, proposals)
}

function* spansOf(text: string): Generator<Span> {
  const words = wordsOf(text)
  for (const [at, first] of words.entries()) {
    for (let size = 1; size <= widest; size += 1) {
      const last = words[at + size - 1]
      if (!last) break
      const between = text.slice(first.start, last.end)
      if (size > 1 && !/^[\p{L}\p{N}.'’-]+(?:[ -][\p{L}\p{N}.'’-]+)*$/u.test(between)) break
      const possessive = /['’]s$/u.exec(last.text)?.[0].length ?? 0
      const end = last.end - possessive
      yield {
        text: text.slice(first.start, end),
        words: words.slice(at, at + size).map((word) => word.text.replace(/['’]s$/u, '')),
        start: first.start,
        end,
      }
    }
  }
}

const joined = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')

interface Term {
  term: string
  letters: string
  sounds: readonly [string, string]
  words: number
}

/** The vocabulary made ready, so that an ordinary word costs a look-up or two however long the list is. */
interface Prepared {
  terms: Term[]
  exact: ReadonlyMap<string, string>
  taught: ReadonlyMap<string, string>
  own: ReadonlySet<string>
}

function prepare(vocabulary: readonly VocabularyTerm[]): Prepared {
  const terms = vocabulary.map(({ term }) => ({
    term,
    letters: joined(term),
    sounds: soundsOf(term),
    words: term.split(/\s+/).length,
  }))
  return {
    terms,
    exact: new Map(terms.map(({ term, letters }) => [letters, term])),
    taught: new Map(vocabulary.flatMap(({ term, heard_as = [] }) => heard_as.map((heard) => [joined(heard), term]))),
    own: new Set(vocabulary.flatMap(({ term }) => term.toLowerCase().split(/\s+/))),
  }
}

function proposalFor(span: Span, { terms, exact, taught, own }: Prepared, isCommon: IsCommon): Proposal | null {
  const heard = joined(span.text)
  const lesson = taught.get(heard)
  if (lesson !== undefined) return lesson === span.text ? null : { ...span, to: lesson, reason: 'taught', score: 2 }
  const everyday = span.words.every(isCommon)
  const same = exact.get(heard)
  if (same !== undefined) {
    // The right letters: "kubernetes", "post gres". A common word keeps the case it was written in.
    const asItIs = same === span.text || (everyday && span.words.length === 1)
    return asItIs ? null : { ...span, to: same, reason: 'spelling', score: 1.5 }
  }
  if (everyday || span.words.some((word) => own.has(word.toLowerCase()))) return null
  // A common word at the edge was most likely said as such.
  if (span.words.length > 1 && (small(span.words[0]!) || small(span.words.at(-1)!))) return null
  const sounds = soundsOf(heard)
  const [best, second] = terms
    .map((term) => resemblance(span, heard, sounds, term))
    .filter((it) => it !== null)
    .sort((a, b) => b.score - a.score)
  // Two terms that fit alike: nobody knows which was meant.
  if (!best || (second && second.to !== best.to && best.score - second.score < 0.05)) return null
  return best
}

function resemblance(span: Span, heard: string, sounds: readonly [string, string], term: Term): Proposal | null {
  // Splitting one word into several is what recognisers do; swallowing a neighbour is what they do not.
  if (span.words.length > term.words + 2 || span.words.length < term.words || term.letters.length < 4) return null
  if (Math.abs(heard.length - term.letters.length) > Math.max(heard.length, term.letters.length) * (1 - alike))
    return null
  const looks = likeness(heard, term.letters)
  if (looks < alike) return null
  if (sameSound(sounds, term.sounds)) return { ...span, to: term.term, reason: 'sound', score: looks + 0.3 }
  const close = looks >= sure && heard[0] === term.letters[0] && term.letters.length >= 5
  return close ? { ...span, to: term.term, reason: 'spelling', score: looks } : null
}

const small = (word: string): boolean =>
  /^(?:the|a|an|to|of|in|on|at|for|with|and|or|is|was|our|my|we|i|it|be|by|as|from|that|this)$/i.test(word)

function apply(text: string, proposals: readonly Proposal[]): Corrected {
  const chosen: Proposal[] = []
  for (const proposal of [...proposals].sort((a, b) => b.score - a.score || b.end - b.start - (a.end - a.start))) {
    if (!chosen.some((it) => it.start < proposal.end && proposal.start < it.end)) chosen.push(proposal)
  }
  const corrections: Correction[] = []
  let corrected = ''
  let from = 0
  for (const { text: was, to, start, end, reason } of chosen.sort((a, b) => a.start - b.start)) {
    corrected += text.slice(from, start)
    corrections.push({
      from: was,
      to,
      start,
      end,
      corrected_start: corrected.length,
      corrected_end: corrected.length + to.length,
      reason,
    })
    corrected += to
    from = end
  }
  return { text: corrected + text.slice(from), corrections }
}
