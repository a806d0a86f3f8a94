import { findDates, type Moment } from './dates.ts'
import { createPace } from './pace.ts'
import { type Evidence, evidenceAt, type TextSegment } from './segment.ts'

export type EntityKind = 'person' | 'organisation' | 'place' | 'date' | 'money'

export interface FoundName {
  kind: 'person' | 'organisation' | 'place'
  text: string
  start: number
  end: number
}

interface Mention extends Evidence {
  /** Positions in the segment's text. */
  start: number
  end: number
  text: string
}

export interface Entity extends Evidence {
  kind: EntityKind
  /** The fullest form that was said. */
  text: string
  /** Of a date: the calendar day, YYYY-MM-DD. */
  date: string | null
  mentions: Mention[]
}

interface View {
  json(options: object): { text: string; offset: { start: number; length: number } }[]
}

interface Reading {
  people(): View
  organizations(): View
  places(): View
}

let loading: Promise<(text: string) => Reading> | undefined

const reader = () => {
  loading ??= import('compromise').then(
    ({ default: nlp }) =>
      (text: string) =>
        nlp(text) as unknown as Reading,
  )
  return loading
}

const amount = String.raw`(?:\d{1,3}(?:[,.\s]\d{3})+|\d+)(?:[.,]\d+)?`
const scale = String.raw`(?:\s?(?:k|m|mn|bn|thousand|hundred|million|billion|mille|milioni|Millionen|Mio\.?|Mrd\.?)\b)?`
const currency = 'dollars?|euros?|pounds?|francs?|yen|yuan|rupees?|bucks|cents?|USD|EUR|GBP|CHF|JPY|INR|CNY'
const spoken =
  'one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|a|half|and'
const moneys = [
  new RegExp(String.raw`(?<![\w])(?:USD|EUR|GBP|CHF|[$€£¥₹])\s?${amount}${scale}`, 'giu'),
  new RegExp(String.raw`(?<![\w.,])${amount}${scale}\s?(?:${currency}|[€£])(?![\p{L}])`, 'giu'),
  new RegExp(String.raw`\b(?!and\b)(?:(?:${spoken})[\s-]+){1,12}(?:${currency})\b`, 'giu'),
]

export const findMoney = (text: string): { text: string; start: number; end: number }[] => {
  const found: { text: string; start: number; end: number }[] = []
  for (const pattern of moneys) {
    for (const hit of text.matchAll(pattern)) {
      const start = hit.index
      const end = start + hit[0].length
      if (!found.some((it) => it.start < end && start < it.end)) found.push({ text: hit[0], start, end })
    }
  }
  return found
}

const notPeople = /^(?:i|god|jesus|ok|okay|thanks|hi|hello|mr|mrs|ms|dr|sir|madam|speaker|mom|dad|guys|everyone)$/i

/** Persons, organisations and places in an English text. */
export async function findNames(text: string): Promise<FoundName[]> {
  const reading = (await reader())(text)
  const found: FoundName[] = []
  const take = (kind: FoundName['kind'], view: View) => {
    for (const { text: raw, offset } of view.json({ offset: true })) {
      const bare = raw.replace(/^[^\p{L}\p{N}]+|(?:['’]s)?[^\p{L}\p{N}]*$/gu, '')
      const start = text.indexOf(bare, offset.start)
      if (bare.length < 2 || start < 0 || start > offset.start + offset.length) continue
      const end = start + bare.length
      if (!/\p{Lu}/u.test(bare) || (kind === 'person' && notPeople.test(bare))) continue
      if (!found.some((it) => it.start < end && start < it.end)) found.push({ kind, text: bare, start, end })
    }
  }
  take('person', reading.people())
  take('organisation', reading.organizations())
  take('place', reading.places())
  return found.sort((a, b) => a.start - b.start)
}

interface EntityOptions {
  moment: Moment
  /** Names and days are read in English only; sums of money in any language. */
  english: boolean
  signal?: AbortSignal
}

export async function entitiesIn(segments: readonly TextSegment[], options: EntityOptions): Promise<Entity[]> {
  const pace = createPace()
  const entities = new Map<string, Entity>()
  const add = (
    segment: TextSegment,
    kind: EntityKind,
    it: { text: string; start: number; end: number },
    date = null as string | null,
  ) => {
    const key = `${kind}:${date ?? it.text.toLowerCase().replace(/^(?:dr|mr|mrs|ms|prof)\.?\s+/, '')}`
    const evidence = evidenceAt(segment, it.start)
    const entity = entities.get(key) ?? { kind, text: it.text, date, ...evidence, mentions: [] }
    entity.mentions.push({ ...evidence, start: it.start, end: it.end, text: it.text })
    entities.set(key, entity)
  }
  for (const segment of segments) {
    await pace(options.signal)
    for (const money of findMoney(segment.text)) add(segment, 'money', money)
    if (!options.english) continue
    for (const name of await findNames(segment.text)) add(segment, name.kind, name)
    for (const day of findDates(segment.text, options.moment, false))
      add(segment, 'date', day, day.exact ? day.date : null)
  }
  return merged([...entities.values()])
}

/** "Sarah" is "Sarah Jones" where only one Sarah has a surname. */
function merged(entities: Entity[]): Entity[] {
  const absorbed = new Set<Entity>()
  for (const short of entities) {
    if (short.kind !== 'person' || /\s/.test(short.text)) continue
    const full = entities.filter(
      (it) => it.kind === 'person' && it !== short && it.text.split(/\s+/).includes(short.text),
    )
    if (full.length !== 1) continue
    full[0]!.mentions.push(...short.mentions)
    absorbed.add(short)
  }
  return entities
    .filter((entity) => !absorbed.has(entity))
    .map((entity) => {
      const mentions = entity.mentions.sort((a, b) => a.start_ms - b.start_ms)
      return { ...entity, segment_id: mentions[0]!.segment_id, start_ms: mentions[0]!.start_ms, mentions }
    })
    .sort((a, b) => b.mentions.length - a.mentions.length || a.start_ms - b.start_ms)
}
