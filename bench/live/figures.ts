import { wordEdits } from '../speech/talk.ts'
import { CHUNK_MS, type Told } from './speaking.ts'
import type { Talk } from './talks.ts'

/** A final whose end is this near to the end of a sentence is the final of that sentence. */
const NEAR_MS = 400
/** A listener takes this much silence for the end of what was being said; who pauses less is going on. */
const PAUSE_MS = 500
/** A reader waits for the first words of a sentence at least so long, whatever the machine. */
const FIRST_WORDS_MS = 1_000

export const at = (values: readonly number[], share: number) =>
  values.length === 0 ? Number.NaN : values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)]!

export const shown = (values: readonly number[]) =>
  `p50 ${Math.round(at(values, 0.5))} p95 ${Math.round(at(values, 0.95))} ms (${values.length})`

/** From the end of a sentence, as it is known, to its final; of finals that end elsewhere, from their own end. */
export function finalLatencies({ sentences }: Talk, told: readonly Told[]) {
  const paused: number[] = []
  const wentOn: number[] = []
  for (const { end_ms, at_ms } of told.filter((it) => it.final)) {
    const index = sentences.findIndex((it) => Math.abs(it.end_ms - end_ms) < NEAR_MS)
    const next = sentences[index + 1]?.start_ms ?? Number.POSITIVE_INFINITY
    const sentence = sentences[index]
    if (sentence && next - sentence.end_ms >= PAUSE_MS) paused.push(at_ms - sentence.end_ms)
    else wentOn.push(at_ms - (sentence?.end_ms ?? end_ms))
  }
  return { paused, wentOn }
}

/** While somebody speaks: how far the text on the screen is behind, looked at with every chunk. */
export function staleness({ sentences }: Talk, told: readonly Told[]): number[] {
  const ages: number[] = []
  for (const { start_ms, end_ms } of sentences)
    for (let now = start_ms + FIRST_WORDS_MS; now < end_ms; now += CHUNK_MS) {
      const known = told.filter((it) => it.at_ms <= now).map((it) => it.end_ms)
      ages.push(now - Math.max(start_ms, ...known))
    }
  return ages
}

/** Of the words that were shown as stable, those that the final has at the same place. */
export function stableKept(told: readonly Told[]) {
  let stable = 0
  let kept = 0
  let before: Told | undefined
  for (const it of told) {
    if (it.final && before) {
      const final = wordsOf(it.text)
      const promised = wordsOf(before.text.slice(0, before.stable_chars))
      stable += promised.length
      kept += promised.filter((word, index) => final[index] === word).length
    }
    before = it.final ? undefined : it
  }
  return { stable, kept }
}

const wordsOf = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? []

export const said = ({ sentences }: Talk) => sentences.map((it) => it.text).join(' ')
export const heard = (told: readonly Told[]) =>
  told
    .filter((it) => it.final)
    .map((it) => it.text)
    .join(' ')

/** Word errors over all talks, as text. */
export function errors(pairs: readonly { said: string; heard: string }[]) {
  const sum = { words: 0, wrong: 0, missing: 0, extra: 0 }
  for (const pair of pairs) {
    const edits = wordEdits(pair.said, pair.heard)
    for (const key of ['words', 'wrong', 'missing', 'extra'] as const) sum[key] += edits[key]
  }
  const share = (sum.wrong + sum.missing + sum.extra) / sum.words
  return `${(share * 100).toFixed(1)} % of ${sum.words} words (${sum.wrong} wrong, ${sum.missing} missing, ${sum.extra} extra)`
}
