import { createPace } from './pace.ts'
import { keyPhrasesIn } from './phrases.ts'
import { type Evidence, evidenceAt, type TextSegment } from './segment.ts'
import { sentencesIn } from './sentences.ts'
import { smallWords, topicsOf } from './words.ts'

export interface Chapter extends Evidence {
  title: string
  end_ms: number
  /** The segments it spans, first and last. */
  from_idx: number
  to_idx: number
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
const turnOfTopic =
  /^(?:okay|ok|so|right|alright|all right|now|well|good|great|thanks?(?: you)?)?[,. ]*(?:let(?:['’]s| us) (?:move on|turn|go to|talk about|start with|continue with|switch)|moving on|next (?:topic|item|point|on the agenda|up)|the (?:next|second|third|fourth|last|final) (?:topic|item|point|question|part|thing)|turning (?:now )?to|now (?:let|to the|we come)|finally,|last but not least|on to )/i

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
  const used = new Set<string>()
  for (const [index, from] of starts.entries()) {
    const next = starts[index + 1]
    const own = blocks.slice(from, next)
    const first = own[0]!
    const last = own.at(-1)!
    const following = next === undefined ? undefined : blocks[next]
    const title = await titleOf(own, language, used, index, signal)
    used.add(title.toLowerCase())
    chapters.push({
      title,
      ...first.start,
      end_ms: following?.start.start_ms ?? segments.at(-1)!.end_ms,
      from_idx: first.segment.idx,
      to_idx: last.segment.idx,
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
    if (!block || block.words >= blockWords || turnOfTopic.test(sentence.text)) {
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
  const most = Math.min(24, Math.floor(duration / 90_000))
  if (most < 1 || blocks.length < 4) return []
  const rarity = rarityOf(blocks)
  const likeness = blocks.map((_, at) =>
    at === 0 ? 1 : cosine(gather(blocks, at - window, at, rarity), gather(blocks, at, at + window, rarity)),
  )
  const depth = likeness.map((value, at) => {
    if (at === 0) return 0
    const valley = climb(likeness, at, -1) + climb(likeness, at, 1) - 2 * value
    const cue = turnOfTopic.test(blocks[at]!.text) ? 0.35 : 0
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
    const near = [0, ...chosen].some((other) => Math.abs(blocks[other]!.start.start_ms - moment) < shortest_ms)
    if (!near && end_ms - moment >= shortest_ms) chosen.push(at)
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

async function titleOf(
  blocks: readonly Block[],
  language: string | null,
  used: ReadonlySet<string>,
  index: number,
  signal?: AbortSignal,
): Promise<string> {
  const parts = blocks.map(({ text, start, segment }) => ({ ...segment, id: start.segment_id, text }))
  const phrases = await keyPhrasesIn(parts, language, 6, signal)
  const fresh = phrases.filter((phrase) => !used.has(phrase.text.toLowerCase()))
  const [first, second] = fresh
  if (!first) {
    const opening = blocks[0]!.text.trim().split(/\s+/).slice(0, 8).join(' ')
    return opening.replace(/[.,;:!?]+$/, '') || `Part ${index + 1}`
  }
  const both = second && second.weight > 0.6 ? `${first.text}, ${second.text}` : first.text
  return both.charAt(0).toUpperCase() + both.slice(1)
}
