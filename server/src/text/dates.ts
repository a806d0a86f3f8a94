import { casual, type ParsedResult } from 'chrono-node'

export interface FoundDate {
  text: string
  start: number
  end: number
  /** The calendar day in the speaker's own time zone, YYYY-MM-DD. */
  date: string
  /** HH:MM, only where a time of day was said. */
  time: string | null
  /** Whether a day was named, not merely a month or a year. */
  exact: boolean
  /** Only its weekday was said: of which week, the sentence around it has to tell. */
  weekdayOnly: boolean
}

export interface Moment {
  /** When it was said. */
  at: Date
  /** IANA name of the time zone it was said in. */
  timeZone: string
}

interface Day {
  year: number
  month: number
  day: number
}

const dayFormat = (timeZone: string) =>
  new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })

/** A time zone that this system does not know is taken as UTC. */
export function validZone(timeZone: string | undefined): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: timeZone ?? 'UTC' }).resolvedOptions().timeZone
  } catch {
    return 'UTC'
  }
}

/** chrono ignores IANA names without a word, so it gets minutes. */
export function offsetMinutes(at: Date, timeZone: string): number {
  const name = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
    .formatToParts(at)
    .find((part) => part.type === 'timeZoneName')?.value
  const [, sign, hours, minutes] = /GMT([+-])(\d{2}):(\d{2})/.exec(name ?? '') ?? []
  const size = Number(hours ?? 0) * 60 + Number(minutes ?? 0)
  return sign === '-' ? -size : size
}

/** The calendar day on which it is said, YYYY-MM-DD. */
export const dayOf = (moment: Moment): string => dayFormat(moment.timeZone).format(moment.at)

const today = (moment: Moment): Day => {
  const [year, month, day] = dayOf(moment).split('-').map(Number) as [number, number, number]
  return { year, month, day }
}

/** Day arithmetic on the calendar, where no clock changes. */
const plain = (year: number, month: number, day: number): string =>
  new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10)

const ends =
  /\b(?:(?:the\s+)?end of (?:the\s+)?(?<span>day|business|week|month|quarter|year)|(?:the\s+)?end of (?<which>this|next) (?<named>week|month|quarter|year)|(?<short>EOD|COB|EOW|EOM|EOY)|close of business)\b/gi
const partOfToday = /\b(?:this (?:morning|afternoon|evening)|tonight|later today)\b/gi
const beforeWeekend = /\bbefore (?<phrase>the weekend)\b/gi
const counted: Readonly<Record<string, number>> = Object.fromEntries(
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'
    .split(' ')
    .map((word, number) => [word, number]),
)
const within = new RegExp(
  String.raw`\b(?:within|inside of|in the next|over the next)\s(?<count>a|an|\d{1,3}|${Object.keys(counted).join('|')}|thirty)\s(?<unit>day|week|month)s?\b`,
  'gi',
)
const ordinal =
  /\b(?:by|before|until|till|on|due|of)\s+(?<phrase>the\s+(?<day>\d{1,2})(?:st|nd|rd|th))\b(?!\s+(?:of\b|floor|row|page|item|slide|time|century|quarter))/gi

function endOf({ year, month, day }: Day, span: string, next: boolean): string {
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay()
  const step = next ? 1 : 0
  switch (span) {
    case 'week': {
      // The working week ends on Friday; on a weekend the coming one is meant.
      const toFriday = (5 - weekday + 7) % 7
      return plain(year, month, day + toFriday + 7 * step)
    }
    case 'month':
      return plain(year, month + 1 + step, 0)
    case 'quarter':
      return plain(year, Math.ceil(month / 3) * 3 + 1 + 3 * step, 0)
    case 'year':
      return plain(year + step, 12, 31)
    default:
      return plain(year, month, day + step)
  }
}

const shortSpans: Readonly<Record<string, string>> = { eod: 'day', cob: 'day', eow: 'week', eom: 'month', eoy: 'year' }

/** Words that look like a date and mostly are none: "I sat down", "it may rain", "now". */
const notDates =
  /^(?:sat|sun|mon|wed|thu|fri|may|march|mar|dec|jan|now|second|the (?:day|week|month|year|night|morning)|at \d{1,2}|\d{1,2})$/
/** A stretch of time, or something that comes again, is no day. */
const noDay = /^(?:for|every|each|during|over|per)\s/i
const isPast = /\b(?:last|past|previous|ago|yesterday)\b/i
const briefly = /\b(?:seconds?|minutes?|hours?|mins?|secs?)\b/i

/** Days named in English speech, resolved against the moment of speaking. `forward`: of two readings the coming one. */
export function findDates(text: string, moment: Moment, forward: boolean): FoundDate[] {
  const now = today(moment)
  const found: FoundDate[] = []
  const add = (start: number, phrase: string, date: string, more: Partial<FoundDate> = {}) => {
    const end = start + phrase.length
    if (!found.some((it) => it.start < end && start < it.end))
      found.push({ text: phrase, start, end, date, time: null, exact: true, weekdayOnly: false, ...more })
  }

  for (const hit of text.matchAll(ends)) {
    const { span, which, named, short } = hit.groups ?? {}
    const unit = (span ?? named ?? shortSpans[short?.toLowerCase() ?? ''] ?? 'day').toLowerCase()
    add(hit.index, hit[0], endOf(now, unit, which?.toLowerCase() === 'next'))
  }
  for (const hit of text.matchAll(ordinal)) {
    const day = Number(hit.groups?.day)
    const phrase = hit.groups?.phrase ?? ''
    if (day < 1 || day > 31) continue
    const later = forward && day < now.day ? 1 : 0
    add(hit.index + hit[0].length - phrase.length, phrase, plain(now.year, now.month + later, day))
  }
  for (const hit of text.matchAll(beforeWeekend))
    add(hit.index + 'before '.length, 'the weekend', endOf(now, 'week', false))
  for (const hit of text.matchAll(partOfToday)) add(hit.index, hit[0], plain(now.year, now.month, now.day))
  for (const hit of text.matchAll(within))
    add(hit.index, hit[0], afterSpan(now, hit.groups?.count ?? '', hit.groups?.unit ?? ''))
  const reference = { instant: moment.at, timezone: offsetMinutes(moment.at, moment.timeZone) }
  // Looking forward, chrono puts even "last Friday" into the future.
  const past = casual.parse(text, reference, { forwardDate: false }).filter((result) => isPast.test(result.text))
  for (const result of [...past, ...casual.parse(text, reference, { forwardDate: forward })]) {
    if (!trusted(result)) continue
    const { start, phrase } = bareOf(result)
    add(start, phrase, dateOf(result), {
      time: timeOf(result),
      exact: isExact(result),
      weekdayOnly: isWeekdayOnly(result),
    })
  }
  return found.sort((a, b) => a.start - b.start)
}

function afterSpan({ year, month, day }: Day, count: string, unit: string): string {
  const word = count.toLowerCase()
  const number = counted[word] ?? (word === 'thirty' ? 30 : /^\d/.test(word) ? Number(word) : 1)
  if (unit.toLowerCase() === 'month') return plain(year, month + number, day)
  return plain(year, month, day + number * (unit.toLowerCase() === 'week' ? 7 : 1))
}

/** Without the preposition before it and the comma after it. */
function bareOf({ index, text }: ParsedResult): { start: number; phrase: string } {
  const before = /^(?:on|at)\s+/i.exec(text)?.[0].length ?? 0
  return { start: index + before, phrase: text.slice(before).replace(/[\s,;:–-]+$/u, '') }
}

function trusted({ text, start }: ParsedResult): boolean {
  if (noDay.test(text) || /^(?:the\s)?(?:days|weeks|months|years)$/i.test(text)) return false
  if (notDates.test(text) || notDates.test(text.toLowerCase().replace(/^(?:on|this) /, '')) || briefly.test(text)) {
    return /^(?:Sat|Sun|Mon|Wed|Thu|Fri|Jan|Dec|Mar|March|May)$/.test(text)
  }
  if (start.isCertain('hour') && /\d\s*[ap]\.?m\b/i.test(text)) return true
  return (
    start.isCertain('day') ||
    start.isCertain('weekday') ||
    start.isCertain('month') ||
    /\b(?:week|month|year|weekend)\b/i.test(text)
  )
}

const isExact = ({ text, start }: ParsedResult): boolean =>
  (start.isCertain('day') || start.isCertain('weekday')) && !/\b(?:week|weekend|month|months|year|years)\b/i.test(text)

const isWeekdayOnly = ({ text, start }: ParsedResult): boolean =>
  start.isCertain('weekday') && !start.isCertain('day') && !/\b(?:this|next|last|past|coming|previous)\b/i.test(text)

const part = (result: ParsedResult, name: 'year' | 'month' | 'day' | 'hour' | 'minute'): number =>
  (result.end ?? result.start).get(name) ?? 0

const dateOf = (result: ParsedResult): string => plain(part(result, 'year'), part(result, 'month'), part(result, 'day'))

const timeOf = (result: ParsedResult): string | null =>
  result.start.isCertain('hour')
    ? `${String(result.start.get('hour') ?? 0).padStart(2, '0')}:${String(result.start.get('minute') ?? 0).padStart(2, '0')}`
    : null
