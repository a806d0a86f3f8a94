import { type Language, language, useLanguage } from './language.ts'
import { dayIn, timeZone, useTimeZone } from './zone.ts'

const two = (it: number) => String(it).padStart(2, '0')

/** 0:07, 42:18, 2:14:09: the same in every language, and read out as words by `spokenTime`. */
export function clock(ms: number) {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

/** English here is written as in Britain: the day before the month, twenty-four hours. */
const locales: Record<Language, string> = { en: 'en-GB', it: 'it' }

const cached = <T>(make: (locale: string) => T) => {
  const made = new Map<Language, T>()
  return (of: Language) => {
    const it = made.get(of) ?? make(locales[of])
    made.set(of, it)
    return it
  }
}

const number = cached((of) => new Intl.NumberFormat(of))
const percent = cached((of) => new Intl.NumberFormat(of, { style: 'percent', maximumFractionDigits: 0 }))

/** The ways in which a moment is said, in a language and a time zone. */
function dates(locale: string, timeZone: string | undefined) {
  const format = (parts: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { ...parts, timeZone })
  return {
    day: format({ weekday: 'short', day: 'numeric', month: 'long' }),
    dayAndYear: format({ day: 'numeric', month: 'long', year: 'numeric' }),
    dayOfMonth: format({ day: 'numeric', month: 'long' }),
    weekday: format({ weekday: 'long' }),
    hour: format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
  }
}
const relative = cached((of) => new Intl.RelativeTimeFormat(of, { numeric: 'auto' }))
const list = cached((of) => new Intl.ListFormat(of, { type: 'conjunction' }))
const languageName = cached((of) => new Intl.DisplayNames(of, { type: 'language' }))
const unit = cached(
  (of) => (value: number, name: string, long: boolean) =>
    new Intl.NumberFormat(of, {
      style: 'unit',
      unit: name,
      unitDisplay: long ? 'long' : 'short',
      maximumFractionDigits: 1,
    }).format(value),
)

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
]

function make(of: Language, zone: string | undefined) {
  const say = dates(locales[of], zone)
  const dayOf = (at: Date | string) => dayIn(zone, new Date(at))
  const time = (ms: number, long: boolean) => {
    const seconds = Math.max(0, Math.round(ms / 1000))
    const parts: [number, string][] = [
      [Math.floor(seconds / 3600), 'hour'],
      [Math.floor(seconds / 60) % 60, 'minute'],
      [seconds >= 3600 ? 0 : seconds % 60, 'second'],
    ]
    const said = parts.filter(([value]) => value > 0)
    return (said.length ? said : [[0, 'second'] as [number, string]])
      .map(([value, name]) => unit(of)(value, name, long))
      .join(' ')
  }
  return {
    number: (it: number) => number(of).format(it),
    percent: (part: number) => percent(of).format(part),
    /** Fri 20 November; with its year once that is another. */
    date(at: Date | string, now = new Date()) {
      const sameYear = dayOf(at).slice(0, 4) === dayOf(now).slice(0, 4)
      return (sameYear ? say.day : say.dayAndYear).format(new Date(at))
    },
    /** 2026-11-21, by which days are told apart. */
    dayOf,
    hour: (at: Date | string) => say.hour.format(new Date(at)),
    /** Today, yesterday, then the weekday within a week, else the date. */
    dayName(at: Date | string, now = new Date()) {
      const days = Math.round((Date.parse(dayOf(at)) - Date.parse(dayOf(now))) / 86_400_000)
      const said =
        days > -2 && days < 2
          ? relative(of).format(days, 'day')
          : days > -7 && days < 0
            ? say.weekday.format(new Date(at))
            : this.date(at, now)
      return said.charAt(0).toLocaleUpperCase() + said.slice(1)
    },
    /** What stands below the day's name: the weekday is not said twice, and a date that is the name not at all. */
    dayDate(at: Date | string, now = new Date()) {
      const [name, date] = [this.dayName(at, now), this.date(at, now)]
      if (name === date) return null
      const named = say.weekday.format(new Date(at)).toLocaleLowerCase() === name.toLocaleLowerCase()
      return named ? say.dayOfMonth.format(new Date(at)) : date
    },
    /** 4 minutes ago. */
    ago(at: Date | string, now = new Date()) {
      const passed = new Date(at).getTime() - now.getTime()
      const [name, size] = steps.find(([, size]) => Math.abs(passed) >= size) ?? ['second', 1000]
      return relative(of).format(Math.round(passed / size), name)
    },
    /** 30 sec, 1 hr 28 min. */
    duration: (ms: number) => time(ms, false),
    /** 12 minutes 4 seconds, for those who hear the page. */
    spokenTime: (ms: number) => time(ms, true),
    /** 38, or 0.4 where it is slower than the sound. */
    times: (it: number) => number(of).format(it < 1 ? Math.round(it * 10) / 10 : Math.round(it)),
    size(bytes: number) {
      const step = bytes < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(bytes) / 3))
      const name = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'][step] ?? 'byte'
      return unit(of)(bytes / 1000 ** step, name, false)
    },
    list: (items: string[]) => list(of).format(items),
    languageName: (tag: string) => languageName(of).of(tag) ?? tag,
  }
}
export type Formats = ReturnType<typeof make>

const known = new Map<string, Formats>()

/** Made once for each language and zone: what lies behind is dear, and each row of a list asks for it. */
export function formats(of: Language = language(), zone: string | undefined = timeZone()): Formats {
  const name = `${of} ${zone}`
  const it = known.get(name) ?? make(of, zone)
  known.set(name, it)
  return it
}

export const useFormats = () => formats(useLanguage(), useTimeZone())
