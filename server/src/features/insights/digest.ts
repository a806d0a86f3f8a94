import type { InsightTemplate } from '@mina/contract'
import { z } from 'zod'
import { Refusal } from '../../platform/refusal.ts'
import type { TextSegment } from '../../text/segment.ts'
import { smallWords, topicsOf } from '../../text/words.ts'
import { type ChatModel, TooMuchAtOnce } from './model.ts'
import { type Line, lineOf, mergePrompt, notesPrompt } from './prompts.ts'

const lineNumbers = z.array(z.int()).describe('numbers of the lines this rests on')
const Point = z.object({ text: z.string(), lines: lineNumbers })
const Notes = z.object({
  title: z.string(),
  summary: z.array(Point),
  chapters: z.array(z.object({ title: z.string(), first_line: z.int() })),
  tasks: z.array(
    z.object({ text: z.string(), assignee: z.string().nullable(), due: z.string().nullable(), lines: lineNumbers }),
  ),
  decisions: z.array(Point),
})
type Notes = z.output<typeof Notes>

const Merged = z.object({
  title: z.string(),
  summary: z.array(
    z.object({ text: z.string(), notes: z.array(z.int()).describe('numbers of the notes this rests on') }),
  ),
})

export type Digest = Notes

interface Work {
  model: ChatModel
  template: InsightTemplate
  language: string | null
  signal?: AbortSignal
  onProgress?: (done: number) => void
}

/** Generous: a token is about four letters of English, and fewer of most other languages. */
export const tokensOf = (text: string): number => {
  const plain = text.match(/[\x20-\x7e]/g)?.length ?? 0
  return Math.ceil(plain / 3.5 + (text.length - plain) / 1.2)
}

/** Below this a part is not cut further: a model that can not do so little can not do it at all. */
const leastLines = 2

/** What a model makes of a conversation of any length: notes on parts that fit it, then one summary of the notes. */
export async function digest(segments: readonly TextSegment[], work: Work): Promise<Digest> {
  const lines = segments.flatMap((segment, number) => linesOf(segment, number, work.model.inputTokens))
  const parts = partsOf(lines, work.model.inputTokens)
  const notes: Notes[] = []
  for (const [at, part] of parts.entries()) {
    const place = parts.length === 1 ? '' : ` (part ${at + 1} of ${parts.length})`
    notes.push(...(await notesOn(part, place, work)))
    work.onProgress?.((at + 1) / (parts.length + 1))
  }
  const whole = await merge(notes, work)
  work.onProgress?.(1)
  return whole
}

/** A speech without a pause may be longer than a request: its pieces keep their segment's number. */
function linesOf(segment: TextSegment, number: number, limit: number): Line[] {
  const piece = { number, speaker: segment.speaker ?? null, start_ms: segment.start_ms }
  const longest = Math.max(200, Math.floor(limit * 1.2))
  if (segment.text.length <= longest) return [{ ...piece, text: segment.text }]
  const lines: Line[] = []
  let rest = segment.text
  while (rest) {
    const space = rest.length > longest ? rest.lastIndexOf(' ', longest) : rest.length
    const cut = space > 0 ? space : longest
    lines.push({ ...piece, text: rest.slice(0, cut) })
    rest = rest.slice(cut).trimStart()
  }
  return lines
}

function partsOf(lines: readonly Line[], limit: number): Line[][] {
  const parts: Line[][] = []
  let size = Number.POSITIVE_INFINITY
  for (const line of lines) {
    const tokens = tokensOf(lineOf(line))
    if (size + tokens > limit) {
      parts.push([])
      size = 0
    }
    parts.at(-1)!.push(line)
    size += tokens
  }
  return parts
}

/** An answer that was cut off is never used: the part is halved and asked again. */
async function notesOn(lines: readonly Line[], place: string, work: Work): Promise<Notes[]> {
  const { model, template, language, signal } = work
  try {
    const prompt = notesPrompt(template, lines, language, place)
    return [await model.answer({ name: 'notes', schema: Notes, ...prompt, ...(signal && { signal }) })]
  } catch (error) {
    if (!(error instanceof TooMuchAtOnce)) throw error
    if (lines.length < leastLines) throw tooSmall(error)
    const middle = Math.ceil(lines.length / 2)
    return [
      ...(await notesOn(lines.slice(0, middle), place, work)),
      ...(await notesOn(lines.slice(middle), place, work)),
    ]
  }
}

const tooSmall = (cause: unknown) =>
  new Refusal(
    'provider_failed',
    'The language model has too little room even for a small part. Set LLM_MODEL to one with a larger context.',
    { cause },
  )

async function merge(notes: readonly Notes[], work: Work): Promise<Digest> {
  const [only] = notes
  const together = {
    chapters: notes.flatMap((it) => it.chapters),
    tasks: distinct(
      notes.flatMap((it) => it.tasks),
      work.language,
    ),
    decisions: distinct(
      notes.flatMap((it) => it.decisions),
      work.language,
    ),
  }
  if (notes.length <= 1) return { title: only?.title ?? '', summary: only?.summary ?? [], ...together }
  const { title, summary } = await mergeSummary(
    notes.flatMap((it) => it.summary),
    only!.title,
    work,
  )
  return { title, summary, ...together }
}

type Points = Notes['summary']

/** In groups that fit, as often as it takes: each round leaves fewer points than the one before. */
async function mergeSummary(
  points: Points,
  title: string,
  work: Work,
  round = 0,
): Promise<{ title: string; summary: Points }> {
  const groups = groupsOf(points, work.model.inputTokens)
  const merged: { title: string; summary: Points }[] = []
  for (const group of groups) merged.push(await mergeGroup(group, title, work))
  if (merged.length === 1) return merged[0]!
  const next = merged.flatMap((it) => it.summary)
  // A model that does not shorten would go on for ever: then the points stand as they are.
  if (round >= 3 || next.length >= points.length) return { title: merged[0]!.title, summary: next }
  return mergeSummary(next, title, work, round + 1)
}

function groupsOf(points: Points, limit: number): Points[] {
  const groups: Points[] = []
  let size = Number.POSITIVE_INFINITY
  for (const point of points) {
    const tokens = tokensOf(point.text) + 6
    if (size + tokens > limit) {
      groups.push([])
      size = 0
    }
    groups.at(-1)!.push(point)
    size += tokens
  }
  return groups
}

async function mergeGroup(points: Points, title: string, work: Work): Promise<{ title: string; summary: Points }> {
  const { model, template, language, signal } = work
  try {
    const prompt = mergePrompt(
      template,
      points.map((point) => point.text),
      language,
    )
    const merged = await model.answer({ name: 'summary', schema: Merged, ...prompt, ...(signal && { signal }) })
    const summary = merged.summary.map(({ text, notes }) => ({
      text,
      // Through the notes back to the lines: a summary of summaries still rests on what was said.
      lines: [...new Set(notes.flatMap((note) => points[note - 1]?.lines ?? []))],
    }))
    return { title: merged.title, summary }
  } catch (error) {
    if (!(error instanceof TooMuchAtOnce) || points.length < 2)
      throw error instanceof TooMuchAtOnce ? tooSmall(error) : error
    const middle = Math.ceil(points.length / 2)
    const left = await mergeGroup(points.slice(0, middle), title, work)
    const right = await mergeGroup(points.slice(middle), title, work)
    return { title: left.title, summary: [...left.summary, ...right.summary] }
  }
}

/** Parts overlap in what they speak of: the same task noted twice is one, resting on both places. */
function distinct<T extends { text: string; lines: number[] }>(items: readonly T[], language: string | null): T[] {
  const stop = smallWords(language)
  const kept: { item: T; topics: Set<string> }[] = []
  for (const item of items) {
    const topics = new Set(topicsOf(item.text, stop))
    const same = kept.find((it) => alike(it.topics, topics))
    if (same) same.item = { ...same.item, lines: [...new Set([...same.item.lines, ...item.lines])] }
    else kept.push({ item, topics })
  }
  return kept.map(({ item }) => item)
}

function alike(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const shared = [...a].filter((topic) => b.has(topic)).length
  return a.size > 0 && shared / Math.max(a.size, b.size) >= 0.8
}
