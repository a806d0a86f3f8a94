import { dayOf, type FoundDate, findDates, type Moment } from './dates.ts'
import { createPace } from './pace.ts'
import { type Evidence, evidenceAt, type TextSegment } from './segment.ts'
import { sentencesOf } from './sentences.ts'

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
      const bare = raw.replace(/^[^\p{L}\p{N}]+|^(?:[\p{Ll}\d-]+\s)+(?=\p{Lu})|(?:['’]s)?[^\p{L}\p{N}]*$/gu, '')
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

/** Labels of who spoke that name nobody. */
const nameless =
  /^(?:speaker|sprecher|parlante|interlocutore|locuteur|hablante|spreker|channel|agent|customer|interviewer|host|guest|moderator|caller|unknown)?\s*[A-Z\d]{0,3}$/i

/** The speakers' names and their first names, as they are called by the others. */
function calledIn(segments: readonly TextSegment[]): RegExp | null {
  const speakers = [...new Set(segments.flatMap((segment) => segment.speaker ?? []))].filter(
    (it) => !nameless.test(it.trim()),
  )
  const forms = speakers.flatMap((name) => [name, ...name.split(/\s+/)]).filter((form) => /^\p{Lu}\p{L}/u.test(form))
  const escaped = forms.map((form) => form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).sort((a, b) => b.length - a.length)
  return escaped.length > 0 ? new RegExp(`(?<![\\p{L}\\p{N}])(?:${escaped.join('|')})(?![\\p{L}\\p{N}])`, 'gu') : null
}

const future =
  /(?:\b(?:will|shall|going to|gonna|can|could|should|must|need|needs|next|tomorrow|coming|by|until|before|due|please)\b|['’]ll\b)/i
const planned = /(?:\b(?:will|shall|going to|by|until|due|please)\b|['’]ll\b)/i
const past =
  /\b(?:was|were|did|had|has been|have been|since|ago|last|yesterday|told|said|went|came|got|took|gave|saw|\p{L}{3,}ed)\b/iu

/** A bare "Tuesday" is the coming one in plans, the last one in tales, and no certain day elsewhere. */
function dayIn(sentence: string, found: FoundDate, moment: Moment): string | null {
  if (!found.exact) return null
  if (!found.weekdayOnly) return found.date
  const after = planned.test(sentence) || (future.test(sentence) && !past.test(sentence))
  const before = !after && past.test(sentence)
  if (before === after) return null
  const days = Math.round((Date.parse(found.date) - Date.parse(dayOf(moment))) / 86_400_000)
  const week = before && days > 0 ? -7 : after && days < 0 ? 7 : 0
  return new Date(Date.parse(found.date) + week * 86_400_000).toISOString().slice(0, 10)
}

export async function entitiesIn(segments: readonly TextSegment[], options: EntityOptions): Promise<Entity[]> {
  const pace = createPace()
  const entities = new Map<string, Entity>()
  const called = calledIn(segments)
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
    const speakers = called
      ? [...segment.text.matchAll(called)].map((hit) => ({
          text: hit[0],
          start: hit.index,
          end: hit.index + hit[0].length,
        }))
      : []
    for (const name of speakers) add(segment, 'person', name)
    for (const name of await findNames(segment.text))
      if (!speakers.some((it) => it.start < name.end && name.start < it.end)) add(segment, name.kind, name)
    for (const { text, start } of sentencesOf(segment.text))
      for (const day of findDates(text, options.moment, false))
        add(
          segment,
          'date',
          { ...day, start: start + day.start, end: start + day.end },
          dayIn(text, day, options.moment),
        )
  }
  for (const { surname, seen } of surnames([...entities.values()])) {
    for (const segment of segments) {
      for (const hit of segment.text.matchAll(surname)) {
        const end = hit.index + hit[0].length
        const known = seen.some((it) => it.segment_id === segment.id && it.start < end && hit.index < it.end)
        if (!known) add(segment, 'person', { text: hit[0], start: hit.index, end })
      }
    }
  }
  return merged([...entities.values()])
}

/** After "Ronald Coase" a "Coase" is he, whatever the word is elsewhere. */
const surnames = (entities: readonly Entity[]): { surname: RegExp; seen: Mention[] }[] => {
  const people = entities.filter((it) => it.kind === 'person')
  const seen = people.flatMap((it) => it.mentions)
  return people.flatMap(({ text }) => {
    const last = /\s(?<last>\p{Lu}\p{L}{2,})$/u.exec(text)?.groups?.last
    return last ? [{ surname: new RegExp(`(?<![\\p{L}\\p{N}])${last}(?![\\p{L}\\p{N}])`, 'gu'), seen }] : []
  })
}

const title = /^(?:dr|doctor|mr|mrs|ms|miss|prof|professor|sir)\.?\s+/i

/** "Sarah" is "Sarah Jones" where only one Sarah has a surname. */
function merged(entities: Entity[]): Entity[] {
  const absorbed = new Set<Entity>()
  for (const short of entities) {
    const name = short.text.replace(title, '')
    if (short.kind !== 'person' || /\s/.test(name)) continue
    const full = entities.filter(
      (it) =>
        it.kind === 'person' &&
        it !== short &&
        !title.test(it.text) &&
        it.text
          .split(/\s+/)
          .slice(title.test(short.text) ? -1 : 0)
          .includes(name),
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
