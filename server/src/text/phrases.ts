import { loadEnglish } from './english.ts'
import { createPace } from './pace.ts'
import { type Evidence, evidenceAt, type TextSegment } from './segment.ts'
import { sentencesOf } from './sentences.ts'
import { rootOf, smallWords, wordsOf } from './words.ts'

export interface KeyPhrase extends Evidence {
  text: string
  count: number
  /** 0 to 1, the first phrase being 1. */
  weight: number
}

interface Candidate {
  forms: Map<string, number>
  roots: string[]
  count: number
  first: Evidence
}

/** Nouns that every talk is full of: no topic by themselves. */
const general = new Set(
  `year month week day days weeks months years hour hours minute minutes second moment morning afternoon evening night today
  tomorrow yesterday monday tuesday wednesday thursday friday saturday sunday january february march april may june july
  august september october november december thing things point points place part parts question questions answer answers
  number numbers case cases example examples idea ideas fact reason kind sort way ways lot bit side end beginning line news
  person people somebody nobody guy guys man woman one half couple rest time times percent dollar dollars euro euros pound
  pounds name word words stuff matter trouble problem problems hand course sense order everything anything light sorry
  thank thanks doctor mister mr mrs ms miss sir madam speaker agent customer interviewer dr prof professor good great`.split(
    /\s+/,
  ),
)

type Cut = (text: string) => { text: string; start: number }[]

const longest = 4

interface PhraseOptions {
  limit?: number
  /** Names of people: they are found as such, and are no topic. */
  without?: readonly string[]
  signal?: AbortSignal | undefined
}

/** Phrases that say what a text is about: noun phrases in English, runs of topic words elsewhere. */
export async function keyPhrasesIn(
  segments: readonly TextSegment[],
  language: string | null,
  { limit = 15, without = [], signal }: PhraseOptions = {},
): Promise<KeyPhrase[]> {
  const pace = createPace()
  const english = language?.startsWith('en') ?? false
  const cut = english ? await nounPhrases() : topicRuns(language)
  const candidates = new Map<string, Candidate>()
  const alone = new Map<string, number>()
  const people = new Set(without.flatMap((name) => wordsOf(name).map((word) => rootOf(word.text))))
  for (const segment of segments) {
    await pace(signal)
    for (const sentence of sentencesOf(segment.text)) {
      for (const phrase of cut(sentence.text)) {
        const roots = wordsOf(phrase.text).map((word) => rootOf(word.text))
        if (roots.length === 0 || roots.length > longest || roots.some((root) => people.has(root))) continue
        if (english && wordsOf(phrase.text).every((word) => general.has(word.text.toLowerCase()))) continue
        const key = roots.join(' ')
        const candidate = candidates.get(key) ?? {
          forms: new Map<string, number>(),
          roots,
          count: 0,
          first: evidenceAt(segment, sentence.start + phrase.start),
        }
        candidate.count += 1
        candidate.forms.set(phrase.text, (candidate.forms.get(phrase.text) ?? 0) + 1)
        candidates.set(key, candidate)
        for (const root of roots) alone.set(root, (alone.get(root) ?? 0) + 1)
      }
    }
  }
  return ranked(candidates, alone, limit, english)
}

function ranked(
  candidates: Map<string, Candidate>,
  alone: Map<string, number>,
  limit: number,
  grammatical: boolean,
): KeyPhrase[] {
  const scored = [...candidates.values()]
    .map((it) => {
      const strength = it.roots.reduce((sum, root) => sum + Math.log2(1 + (alone.get(root) ?? 0)), 0) / it.roots.length
      // Two words say more than one, as long as they come back: what is said once has to speak of what is said often.
      const score = strength * Math.log2(1 + it.count) * (1 + 0.5 * (it.roots.length - 1))
      const known = Math.max(...it.roots.map((root) => alone.get(root) ?? 0))
      return { ...it, score, known }
    })
    .filter((it) => it.count > 1 || (grammatical && it.roots.length > 1 && it.known > 1))
    .sort((a, b) => b.score - a.score || a.first.start_ms - b.first.start_ms)
  const kept: typeof scored = []
  for (const candidate of scored) {
    const covered = kept.some((it) => within(candidate.roots, it.roots) || within(it.roots, candidate.roots))
    if (!covered) kept.push(candidate)
    if (kept.length === limit) break
  }
  const top = kept[0]?.score ?? 1
  return kept.map(({ forms, count, first, score }) => ({
    text: [...forms].sort((a, b) => b[1] - a[1])[0]![0],
    count,
    weight: Math.round((score / top) * 1000) / 1000,
    ...first,
  }))
}

const within = (short: readonly string[], long: readonly string[]): boolean =>
  short.every((root) => long.includes(root))

interface Run {
  start: number
  end: number
  noun: boolean
}

async function nounPhrases(): Promise<Cut> {
  const english = await loadEnglish()
  const stop = smallWords('en')
  return (text) => {
    const runs: Run[] = []
    let open = false
    for (const token of english.tag(text)) {
      const noun = /^(?:NOUN|PROPN)$/.test(token.pos)
      const topic =
        !stop.has(token.lower) && !token.stop && /\p{L}{2}/u.test(token.text) && (noun || token.pos === 'ADJ')
      const run = runs.at(-1)
      // A phrase ends with a noun and does not run across punctuation or a line's end.
      const goesOn = open && run && /^[\s-]?$/.test(text.slice(run.end, token.start)) && (noun || !run.noun)
      if (topic && goesOn) {
        run.end = token.end
        run.noun = noun
      } else if (topic) {
        runs.push({ start: token.start, end: token.end, noun })
      }
      open = topic
    }
    return runs.flatMap(({ start, end, noun }) => (noun ? [trimmed(text.slice(start, end), start)] : []))
  }
}

/** "Next reef", "good news": what a general word adds at the edge is not the topic. */
function trimmed(text: string, start: number): { text: string; start: number } {
  const head =
    /^(?:(?:next|last|first|second|third|new|old|other|same|whole|own|big|small|good|bad|busy|single|early|late|final|young|nice|real|little|exact|quick|short|long|right|wrong|best|healthy|huge|hard|happy|sure|free)\s)+(?=\S)/i.exec(
      text,
    )?.[0] ?? ''
  return { text: text.slice(head.length), start: start + head.length }
}

function topicRuns(language: string | null): Cut {
  const stop = smallWords(language)
  return (text) => {
    const runs: Omit<Run, 'noun'>[] = []
    let open = false
    for (const { text: word, start, end } of wordsOf(text)) {
      const brief = word.length < 3 && /\p{Script=Latin}/u.test(word)
      const topic = !stop.has(word.toLowerCase()) && !/^\d+$/.test(word) && !brief
      const run = runs.at(-1)
      if (topic && open && run && /^\s*$/.test(text.slice(run.end, start))) run.end = end
      else if (topic) runs.push({ start, end })
      open = topic
    }
    // Without parts of speech a run may hold a verb: its words stand on their own too, and what comes back wins.
    const whole = runs.map(({ start, end }) => ({ text: text.slice(start, end), start }))
    const single = whole.flatMap((run) =>
      wordsOf(run.text).map((word) => ({ text: word.text, start: run.start + word.start })),
    )
    return [...single, ...whole.filter((run) => run.text.includes(' '))]
  }
}
