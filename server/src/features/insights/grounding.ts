import type { Evidence } from '@mina/contract'
import type { TextSegment } from '../../text/segment.ts'
import { smallWords, topicsOf, wordsOf } from '../../text/words.ts'
import { numbersIn } from './numbers.ts'

export interface Checked {
  supported: boolean
  doubts: string[]
  evidence: Evidence[]
}

/** A claim shares at least this much of its topic words with what it rests on. Rewording takes the rest. */
const leastOverlap = 0.34
/** Small counts are said in many ways ("both", "a pair"): not worth a doubt. */
const telling = (value: number): boolean => value > 2

export interface Ground {
  /** Compares a claim with the lines it names; numbers count from 0 in the order of the segments. */
  check(claim: string, lines: readonly number[]): Checked
}

/**
 * Whether what a model wrote is borne out by what was said: its numbers and names must occur in the segments it names, and
 * enough of its words. This finds invention, not every twist of meaning; it errs on the side of doubt.
 */
export function createGround(
  segments: readonly TextSegment[],
  language: string | null,
  { follow }: { follow: boolean },
): Ground {
  const stop = smallWords(language)
  const topics = segments.map((segment) => new Set(topicsOf(`${segment.speaker ?? ''} ${segment.text}`, stop)))

  const nearest = (claim: readonly string[]): number | null => {
    const shares = topics.map((said) => claim.filter((topic) => said.has(topic)).length / Math.max(1, claim.length))
    const best = shares.indexOf(Math.max(...shares, 0))
    return best >= 0 && (shares[best] ?? 0) >= leastOverlap ? best : null
  }

  return {
    check(claim, lines) {
      const wanted = topicsOf(claim, stop)
      const doubts: string[] = []
      let named = [...new Set(lines)].filter((line) => Number.isInteger(line) && line >= 0 && line < segments.length)
      if (named.length === 0) {
        const found = nearest(wanted)
        if (found === null)
          return { supported: false, doubts: ['Nothing that was said is named for this.'], evidence: [] }
        named = [found]
      }
      named.sort((a, b) => a - b)
      // Where segments follow each other, a machine's breaks fall anywhere: the neighbours belong to what is meant.
      const around = [...new Set(named.flatMap((line) => (follow ? [line - 1, line, line + 1] : [line])))].filter(
        (line) => segments[line],
      )
      const said = around.map((line) => segments[line]!)
      const text = said.map((segment) => `${segment.speaker ?? ''} ${segment.text}`).join(' ')

      const numbers = new Set(numbersIn(text).map(({ value }) => value))
      const strange = numbersIn(claim).filter(({ value }) => telling(value) && !numbers.has(value))
      if (strange.length > 0) doubts.push(`Not said there: ${strange.map((it) => it.text).join(', ')}.`)

      const names = unsaidNames(claim, text, language)
      if (names.length > 0) doubts.push(`Not named there: ${names.join(', ')}.`)

      const known = new Set(around.flatMap((line) => [...topics[line]!]))
      const shared = wanted.filter((topic) => known.has(topic)).length / Math.max(1, wanted.length)
      if (wanted.length > 0 && shared < leastOverlap) doubts.push('Little of this is said there.')

      const evidence = named.map((line) => ({ segment_id: segments[line]!.id, start_ms: segments[line]!.start_ms }))
      return { supported: doubts.length === 0, doubts, evidence }
    },
  }
}

/** Capitalised words inside a sentence. German writes every noun so; there the check would only make noise. */
function unsaidNames(claim: string, said: string, language: string | null): string[] {
  if (language?.startsWith('de')) return []
  const spoken = new Set(wordsOf(said).map((word) => bare(word.text)))
  const words = wordsOf(claim)
  return words
    .filter(({ text, start }) => {
      const opens = start === 0 || /[.!?:"“(]\s*$/.test(claim.slice(0, start))
      return !opens && /^\p{Lu}/u.test(text) && text.length > 1 && !months.test(text) && !spoken.has(bare(text))
    })
    .map((word) => word.text)
}

const bare = (word: string): string =>
  word
    .toLowerCase()
    .replace(/['’]s?$/u, '')
    .replace(/\.$/, '')
/** A model may turn "the third" into a date of its month; the day itself is checked as a number. */
const months = /^(?:I|January|February|March|April|May|June|July|August|September|October|November|December)$/
