import { createPace } from './pace.ts'
import { type KeyPhrase, keyPhrasesIn } from './phrases.ts'
import { type Evidence, evidenceAt, type TextSegment } from './segment.ts'
import { sentencesIn } from './sentences.ts'
import { asWritten } from './spoken.ts'
import { announced, headline, turnsTopic } from './turns.ts'
import { smallWords, topicsOf } from './words.ts'

export interface Chapter extends Evidence {
  title: string
  end_ms: number
  /** The segments it spans, first and last. */
  from_idx: number
  to_idx: number
  /** A speaker named it so. */
  announced: boolean
}

/** A few sentences taken together: what is compared with its neighbours. */
interface Block {
  topics: Map<string, number>
  words: number
  text: string
  start: Evidence
  segment: TextSegment
  /** The silence before it. */
  pause_ms: number
}

const blockWords = 40
const window = 4
const shortest_ms = 45_000
/** Nearer than this to another, not even an announcement makes a chapter. */
const shortestAnnounced_ms = 20_000

/** Where the talk turns to something else (after Hearst's TextTiling), in any language. */
export async function chaptersOf(
  segments: readonly TextSegment[],
  language: string | null,
  signal?: AbortSignal,
): Promise<Chapter[]> {
  const blocks = await blocksOf(segments, language, signal)
  if (blocks.length === 0) return []
  const starts = [0, ...boundaries(blocks, segments)]
  const chapters: Chapter[] = []
  const people = peopleIn(segments)
  const parts = starts.map((from, index) => blocks.slice(from, starts[index + 1]))
  const phrases: KeyPhrase[][] = []
  for (const own of parts) phrases.push(await phrasesOf(own, language, people, signal))
  const used = new Set<string>()
  for (const index of starts.keys()) {
    const next = starts[index + 1]
    const own = parts[index]!
    const first = own[0]!
    const last = own.at(-1)!
    const following = next === undefined ? undefined : blocks[next]
    const topic = announced(own[0]!.text)
    const title = topic ?? titleFrom(phrases, index, used) ?? openingOf(own[0]!, index, language)
    for (const part of title.toLowerCase().split(', ')) used.add(part)
    chapters.push({
      title,
      ...first.start,
      end_ms: following?.start.start_ms ?? segments.at(-1)!.end_ms,
      from_idx: first.segment.idx,
      to_idx: last.segment.idx,
      announced: topic !== null && topic !== 'Summary',
    })
  }
  return chapters
}

async function blocksOf(
  segments: readonly TextSegment[],
  language: string | null,
  signal?: AbortSignal,
): Promise<Block[]> {
  const pace = createPace()
  const stop = smallWords(language)
  const blocks: Block[] = []
  let previous: TextSegment | undefined
  for (const sentence of sentencesIn(segments)) {
    await pace(signal)
    const pause = previous && previous !== sentence.segment ? sentence.segment.start_ms - previous.end_ms : 0
    previous = sentence.segment
    let block = blocks.at(-1)
    if (!block || block.words >= blockWords || turnsTopic(sentence.text)) {
      block = {
        topics: new Map(),
        words: 0,
        text: '',
        start: evidenceAt(sentence.segment, sentence.start),
        segment: sentence.segment,
        pause_ms: Math.max(0, pause),
      }
      blocks.push(block)
    }
    const topics = topicsOf(sentence.text, stop)
    for (const topic of topics) block.topics.set(topic, (block.topics.get(topic) ?? 0) + 1)
    block.words += Math.max(topics.length * 2, 4)
    block.text += `${sentence.text} `
  }
  return blocks
}

/** Blocks before which a chapter begins: the deepest valleys in how much the talk resembles itself. */
function boundaries(blocks: readonly Block[], segments: readonly TextSegment[]): number[] {
  const duration = segments.at(-1)!.end_ms - segments[0]!.start_ms
  // Two minutes and more for each, and never so many that nobody reads them.
  const most = Math.min(24, Math.floor(duration / 60_000))
  if (most < 1 || blocks.length < 4) return []
  const rarity = rarityOf(blocks)
  const likeness = blocks.map((_, at) =>
    at === 0 ? 1 : cosine(gather(blocks, at - window, at, rarity), gather(blocks, at, at + window, rarity)),
  )
  const depth = likeness.map((value, at) => {
    if (at === 0) return 0
    const valley = climb(likeness, at, -1) + climb(likeness, at, 1) - 2 * value
    const cue = turnsTopic(blocks[at]!.text) ? 1 : 0
    const pause = Math.min(0.15, blocks[at]!.pause_ms / 40_000)
    return valley + cue + pause
  })
  const mean = depth.reduce((sum, it) => sum + it, 0) / depth.length
  const spread = Math.sqrt(depth.reduce((sum, it) => sum + (it - mean) ** 2, 0) / depth.length)
  const enough = Math.max(0.15, mean + spread / 2)
  const end_ms = segments.at(-1)!.end_ms
  const chosen: number[] = []
  for (const at of depth.map((_, index) => index).sort((a, b) => depth[b]! - depth[a]!)) {
    if (depth[at]! < enough || chosen.length >= most) break
    const moment = blocks[at]!.start.start_ms
    const shortest = turnsTopic(blocks[at]!.text) ? shortestAnnounced_ms : shortest_ms
    const near = [0, ...chosen].some((other) => Math.abs(blocks[other]!.start.start_ms - moment) < shortest)
    if (!near && end_ms - moment >= shortest) chosen.push(at)
  }
  return chosen.sort((a, b) => a - b)
}

function rarityOf(blocks: readonly Block[]): Map<string, number> {
  const within = new Map<string, number>()
  for (const { topics } of blocks) for (const topic of topics.keys()) within.set(topic, (within.get(topic) ?? 0) + 1)
  return new Map([...within].map(([topic, count]) => [topic, Math.log(1 + blocks.length / count)]))
}

function gather(blocks: readonly Block[], from: number, to: number, rarity: Map<string, number>): Map<string, number> {
  const sum = new Map<string, number>()
  for (const { topics } of blocks.slice(Math.max(0, from), to)) {
    for (const [topic, count] of topics) sum.set(topic, (sum.get(topic) ?? 0) + count * (rarity.get(topic) ?? 1))
  }
  return sum
}

function cosine(a: Map<string, number>, b: Map<string, number>): number {
  let product = 0
  for (const [topic, value] of a) product += value * (b.get(topic) ?? 0)
  const norm = Math.hypot(...a.values()) * Math.hypot(...b.values())
  return norm === 0 ? 0 : product / norm
}

/** The nearest peak on one side. */
function climb(values: readonly number[], at: number, step: 1 | -1): number {
  let peak = values[at]!
  for (let next = at + step; next > 0 && next < values.length && values[next]! >= peak; next += step)
    peak = values[next]!
  return peak
}

/** Speakers are found as people; a chapter is about something else. */
const peopleIn = (segments: readonly TextSegment[]): string[] => [
  ...new Set(segments.flatMap((segment) => segment.speaker ?? [])),
]

const phrasesOf = (
  blocks: readonly Block[],
  language: string | null,
  without: readonly string[],
  signal: AbortSignal | undefined,
): Promise<KeyPhrase[]> => {
  const texts = blocks.map(({ text, start, segment }) => ({ ...segment, id: start.segment_id, text }))
  return keyPhrasesIn(texts, language, { limit: 12, without, signal })
}

/** What a chapter speaks of more than the others do. */
function titleFrom(phrases: readonly KeyPhrase[][], index: number, used: ReadonlySet<string>): string | null {
  const elsewhere = new Map<string, number>()
  for (const [at, list] of phrases.entries())
    if (at !== index)
      for (const { text } of list) elsewhere.set(text.toLowerCase(), (elsewhere.get(text.toLowerCase()) ?? 0) + 1)
  const own = phrases[index]!.filter((phrase) => !used.has(phrase.text.toLowerCase()))
    .map(({ text, weight }) => ({ text, weight: weight / (1 + (elsewhere.get(text.toLowerCase()) ?? 0)) }))
    .sort((a, b) => b.weight - a.weight)
  const [first, second] = own
  if (!first) return null
  return headline(second && second.weight > 0.6 * first.weight ? `${first.text}, ${second.text}` : first.text)
}

function openingOf(block: Block, index: number, language: string | null): string {
  // What comes before the first topic is greetings.
  if (index === 0 && language?.startsWith('en')) return 'Opening'
  const opening = asWritten(block.text).split(/\s+/).slice(0, 8).join(' ')
  return opening.replace(/[.,;:!?]+$/, '') || `Part ${index + 1}`
}
