import type { Claim, FoundTask, InsightChapter, Insights, InsightTemplate, Limit } from '@mina/contract'
import type { Log } from '../../platform/log.ts'
import { Refusal } from '../../platform/refusal.ts'
import { type ActionItem, actionsIn } from '../../text/actions/actions.ts'
import { type Chapter, chaptersOf } from '../../text/chapters.ts'
import { findDates, type Moment, validZone } from '../../text/dates.ts'
import { entitiesIn } from '../../text/entities.ts'
import { detectLanguage, spokenIn } from '../../text/language.ts'
import { type KeyPhrase, keyPhrasesIn } from '../../text/phrases.ts'
import type { Evidence, TextSegment } from '../../text/segment.ts'
import { moodOf } from '../../text/sentiment/index.ts'
import { decisionsIn, questionsIn } from '../../text/statements.ts'
import { summaryOf } from '../../text/summary.ts'
import { type Digest, digest } from './digest.ts'
import { type Checked, createGround, type Ground } from './grounding.ts'
import { type ChatModel, metered, noModel, TooMuchAtOnce, type Usage } from './model.ts'
import { moodByModel } from './sentiment.ts'
import { templates } from './templates.ts'

export interface AnalyseInput {
  segments: readonly TextSegment[]
  recordedAt: Date
  /** IANA; UTC where it is left out or unknown. */
  timeZone?: string
  /** BCP 47; detected where it is left out. */
  language?: string | null
}

export interface AnalyseOptions {
  /**
   * `embedded`: offline only. `model`: fails where the model does. `auto`: the model where there is one, and what works
   * offline where it fails, saying so.
   */
  engine?: 'auto' | 'embedded' | 'model'
  template?: InsightTemplate
  signal?: AbortSignal
  /** 0 to 1. */
  onProgress?: (done: number) => void
  /** What each request to the model took: spent also where the work fails in the end. */
  onUsage?: (usage: Usage) => void
}

export async function analyse(
  input: AnalyseInput,
  options: AnalyseOptions,
  model: ChatModel | null,
  log: Log,
): Promise<Insights> {
  const { engine = 'auto', template = templates[0]!, signal, onProgress } = options
  if (engine === 'model' && !model) throw noModel()
  const segments = input.segments.filter((segment) => segment.text.trim() !== '')
  const language = spokenIn(input.language) ?? (await detected(segments))
  const moment: Moment = { at: input.recordedAt, timeZone: validZone(input.timeZone) }
  const withModel = model !== null && engine !== 'embedded' && segments.length > 0
  const extracted = await extract(segments, language, moment, {
    ...(signal && { signal }),
    onProgress: (done) => onProgress?.(withModel ? done * 0.4 : done),
  })
  if (!withModel) return extracted
  const meter = metered(model, options.onUsage)
  try {
    const notes = await digest(segments, {
      model: meter.model,
      template,
      language,
      ...(signal && { signal }),
      onProgress: (done) => onProgress?.(0.4 + done * 0.6),
    })
    const mood = extracted.mood ?? (await moodByModel(segments, meter.model, signal))
    return {
      ...extracted,
      mood,
      ...written(notes, extracted, segments, moment, createGround(segments, language, { follow: true })),
      engine: 'model',
      model: model.name,
      template: template.id,
      limits: language === 'en' ? [] : [namesLimit(language)],
      usage: meter.usage,
    }
  } catch (error) {
    signal?.throwIfAborted()
    if (engine === 'model' || !(error instanceof Refusal || error instanceof TooMuchAtOnce)) throw error
    log.warn({ code: error instanceof Refusal ? error.code : 'too_much' }, 'insights fall back to what works offline')
    const limit: Limit = { code: 'model_failed', message: `${error.message} These insights were made without it.` }
    onProgress?.(1)
    return { ...extracted, limits: [...extracted.limits, limit] }
  }
}

async function detected(segments: readonly TextSegment[]): Promise<string | null> {
  const sample = segments
    .slice(0, 60)
    .map((segment) => segment.text)
    .join(' ')
  return (await detectLanguage(sample)).language
}

/** What can be found without any model, and what can not be. */
async function extract(
  segments: readonly TextSegment[],
  language: string | null,
  moment: Moment,
  { signal, onProgress }: { signal?: AbortSignal; onProgress: (done: number) => void },
): Promise<Insights> {
  const english = language === 'en'
  const chapters = await chaptersOf(segments, language, signal)
  onProgress(0.2)
  const summary = await summaryOf(segments, language, chapters, undefined, signal)
  onProgress(0.4)
  const entities = await entitiesIn(segments, { moment, english, ...(signal && { signal }) })
  const people = entities.flatMap(({ kind, text }) => (kind === 'person' ? [text] : []))
  const phrases = await keyPhrasesIn(segments, language, { without: [...peopleOf(segments), ...people], signal })
  onProgress(0.6)
  const actions = english ? await actionsIn(segments, moment, signal) : []
  const decisions = english ? await decisionsIn(segments, signal) : []
  onProgress(0.8)
  const mood = english && segments.length > 0 ? await moodOf(segments, 24, signal) : null
  onProgress(1)
  return {
    format: 1,
    engine: 'embedded',
    model: null,
    template: null,
    language,
    title: titleOf(chapters, phrases),
    summary: summary.map(claimed),
    chapters: chapters.map(chaptered),
    tasks: actions.map(tasked),
    decisions: decisions.map(claimed),
    questions: questionsIn(segments),
    key_phrases: phrases,
    entities,
    mood,
    limits: english || segments.length === 0 ? [] : [languageLimit(language)],
    usage: { input_tokens: 0, output_tokens: 0, requests: 0 },
  }
}

/** What the speakers said it would be about; else what was spoken of most. */
function titleOf(chapters: readonly Chapter[], phrases: readonly KeyPhrase[]): string {
  const named = chapters.filter((it) => it.announced).map((it) => it.title)
  const topics = (named.length > 1 ? named.slice(0, 3) : phrases.slice(0, 2).map((it) => it.text)).map((topic, at) =>
    at > 0 && /^\p{Lu}\p{Ll}+(?:\s|$)/u.test(topic) && named.length > 1
      ? topic.charAt(0).toLowerCase() + topic.slice(1)
      : topic,
  )
  return topics.join(', ').replace(/^./u, (first) => first.toUpperCase())
}

const peopleOf = (segments: readonly TextSegment[]): string[] => [
  ...new Set(segments.flatMap((segment) => segment.speaker ?? [])),
]

const languageLimit = (language: string | null): Limit => ({
  code: 'language',
  message: `Tasks, decisions, names and mood are found offline in English only${language ? `, and this is ${language}` : ''}. Set LLM_BASE_URL and LLM_MODEL to have a language model find them.`,
})

/** What the model is not asked for. */
const namesLimit = (language: string | null): Limit => ({
  code: 'language',
  message: `Names of people, organisations and places are listed in English conversations only${language ? `, and this is ${language}` : ''}.`,
})

const asSaid = ({ segment_id, start_ms }: Evidence) => ({
  source: 'extracted' as const,
  supported: true,
  doubts: [],
  evidence: [{ segment_id, start_ms }],
  segment_id,
  start_ms,
})

const claimed = ({ text, ...place }: Evidence & { text: string }): Claim => ({ text, ...asSaid(place) })

const tasked = ({ text, assignee, due_date, due_text, ...place }: ActionItem): FoundTask => ({
  text,
  assignee,
  due_date,
  due_text,
  ...asSaid(place),
})

const chaptered = ({ title, segment_id, start_ms, end_ms }: Chapter): InsightChapter => ({
  title,
  segment_id,
  start_ms,
  end_ms,
  source: 'extracted',
})

const asWritten = ({ supported, doubts, evidence }: Checked) => ({
  source: 'model' as const,
  supported,
  doubts,
  evidence,
  segment_id: evidence[0]?.segment_id ?? null,
  start_ms: evidence[0]?.start_ms ?? null,
})

/** The model's notes, each claim held against what was said. */
function written(
  notes: Digest,
  extracted: Insights,
  segments: readonly TextSegment[],
  moment: Moment,
  ground: Ground,
): Pick<Insights, 'title' | 'summary' | 'chapters' | 'tasks' | 'decisions'> {
  const claim = ({ text, lines }: { text: string; lines: number[] }): Claim => ({
    text,
    ...asWritten(ground.check(text, lines)),
  })
  return {
    title: notes.title.trim().slice(0, 255) || extracted.title,
    summary: notes.summary.map(claim),
    decisions: notes.decisions.map(claim),
    tasks: notes.tasks.map(({ text, assignee, due, lines }) => {
      const said = [assignee ?? '', text, due ?? ''].join(' ').trim()
      const day = due ? (findDates(due, moment, true)[0]?.date ?? null) : null
      return { text, assignee, due_date: day, due_text: due, ...asWritten(ground.check(said, lines)) }
    }),
    chapters: chaptersFrom(notes, segments, extracted.chapters),
  }
}

function chaptersFrom(
  { chapters }: Digest,
  segments: readonly TextSegment[],
  otherwise: InsightChapter[],
): InsightChapter[] {
  const starts = new Map<number, string>()
  for (const { title, first_line } of chapters) {
    if (segments[first_line] && title.trim() && !starts.has(first_line)) starts.set(first_line, title.trim())
  }
  const ordered = [...starts].sort(([a], [b]) => a - b)
  // Parts of a long talk begin where the last one stopped: the same title again is the same chapter.
  const distinct = ordered.filter(([, title], at) => title.toLowerCase() !== ordered[at - 1]?.[1].toLowerCase())
  if (distinct.length === 0) return otherwise
  return distinct.map(([line, title], at) => {
    const first = at === 0 ? segments[0]! : segments[line]!
    const next = distinct[at + 1]
    return {
      title,
      segment_id: first.id,
      start_ms: first.start_ms,
      end_ms: next ? segments[next[0]]!.start_ms : segments.at(-1)!.end_ms,
      source: 'model',
    }
  })
}
