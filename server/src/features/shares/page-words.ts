import type { PageLanguage } from '../../platform/page-language.ts'

/** Around the conversation stands what the web app writes there too: the page must not change when its script comes. */
const texts = {
  en: {
    top: 'Shared conversation',
    free: 'Reads without an account',
    foot: 'Written down with Mina. Whoever shared this page can take it back at any time.',
    live: 'Being recorded now',
    speakers: (count: number) => `${count} speakers`,
    closed: 'This link is not open',
    gone: 'It has expired or was taken back. Ask the one who gave it to you for a new one.',
    missing: 'There is nothing behind this link. Check that it was copied whole.',
  },
  it: {
    top: 'Conversazione condivisa',
    free: 'Si legge senza account',
    foot: 'Trascritto con Mina. Chi ha condiviso questa pagina può ritirarla quando vuole.',
    live: 'In registrazione ora',
    speakers: (count: number) => `${count} voci`,
    closed: 'Questo link non è aperto',
    gone: 'È scaduto o è stato ritirato. Chiedine uno nuovo a chi te lo ha dato.',
    missing: 'Dietro questo link non c’è nulla. Controlla che sia stato copiato per intero.',
  },
}

const locales = { en: 'en-GB', it: 'it' }

export function pageWords(language: PageLanguage) {
  const locale = locales[language]
  const unit = (value: number, name: string) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short' }).format(value)
  return {
    ...texts[language],
    language,
    /** Fri 20 November; with its year once that is another. The reader's time zone is not known here. */
    date(at: Date, now: Date) {
      const isThisYear = at.getUTCFullYear() === now.getUTCFullYear()
      const rest = isThisYear ? { weekday: 'short' as const } : { year: 'numeric' as const }
      return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', timeZone: 'UTC', ...rest }).format(at)
    },
    /** 30 sec, 1 hr 28 min. */
    duration(seconds: number) {
      const parts: [number, string][] = [
        [Math.floor(seconds / 3600), 'hour'],
        [Math.floor(seconds / 60) % 60, 'minute'],
        [seconds < 3600 ? seconds % 60 : 0, 'second'],
      ]
      return parts.flatMap(([value, name]) => (value > 0 ? unit(value, name) : [])).join(' ')
    },
    list: (items: readonly string[]) => new Intl.ListFormat(locale, { type: 'conjunction' }).format(items),
  }
}

export type PageWords = ReturnType<typeof pageWords>
