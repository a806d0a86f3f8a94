import { electronicFormatIBAN, isValidIBAN } from 'ibantools'
import type { CountryCode } from 'libphonenumber-js/max'

export const redactionKinds = ['email', 'phone', 'card', 'iban', 'address', 'person'] as const
export type RedactionKind = (typeof redactionKinds)[number]

export interface PrivateSpan {
  kind: RedactionKind
  start: number
  end: number
  /** What makes two spans the same entity: digits without spaces, a mail in lower case. */
  identity: string
}

export interface FindOptions {
  kinds: ReadonlySet<RedactionKind>
  /** Whose national phone numbers are meant where no +country is said. */
  country?: string
  /** Names known from elsewhere: the speakers', the account's contacts. Found in every language. */
  names: readonly string[]
  english: boolean
}

type Finder = (text: string, options: FindOptions) => PrivateSpan[] | Promise<PrivateSpan[]>

const spans = (
  kind: RedactionKind,
  text: string,
  pattern: RegExp,
  identity: (hit: string) => string | null,
): PrivateSpan[] =>
  [...text.matchAll(pattern)].flatMap((hit) => {
    const key = identity(hit[0])
    return key === null ? [] : [{ kind, start: hit.index, end: hit.index + hit[0].length, identity: key }]
  })

const written =
  /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}](?:[\p{L}\p{N}._%+-]{0,63})@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})\.){1,6}\p{L}{2,24}/gu
/** "anna dot smith at example dot com", as it is dictated. */
const dictated =
  /\b[\p{L}\p{N}_-]+(?: (?:dot|underscore|dash|punkt|punto|point) [\p{L}\p{N}_-]+){0,4} (?:at|chiocciola|ät|arroba|arobase) [\p{L}\p{N}-]+(?: (?:dot|punkt|punto|point) [\p{L}\p{N}-]+){0,3} (?:dot|punkt|punto|point) (?:com|org|net|edu|gov|io|co|info|eu|de|it|fr|es|uk|us|ch|at|nl|be|ai|dev|app)\b/giu

const emails: Finder = (text) => [
  ...spans('email', text, written, (hit) => hit.toLowerCase()),
  ...spans('email', text, dictated, (hit) =>
    hit
      .toLowerCase()
      .replace(/ (?:dot|punkt|punto|point) /g, '.')
      .replace(/ (?:at|chiocciola|ät|arroba|arobase) /g, '@')
      .replace(/ underscore /g, '_')
      .replace(/ dash /g, '-'),
  ),
]

const digits = (text: string): string => text.replace(/\D/g, '')

const luhn = (number: string): boolean => {
  const sum = [...number].reverse().reduce((total, digit, at) => {
    const doubled = Number(digit) * (at % 2 === 1 ? 2 : 1)
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return sum % 10 === 0 && !/^(\d)\1+$/.test(number)
}

const cards: Finder = (text) =>
  spans('card', text, /(?<![\d.,])\d(?:[ -]?\d){12,18}(?![\d])/g, (hit) => (luhn(digits(hit)) ? digits(hit) : null))

/** Letters and digits in groups, which may run on into the next words: the longest valid beginning counts. */
const ibans: Finder = (text) =>
  [...text.matchAll(/(?<![\p{L}\p{N}])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}(?![\p{L}\p{N}])/giu)].flatMap((hit) => {
    for (let length = hit[0].length; length >= 15; length -= 1) {
      const part = hit[0].slice(0, length)
      const identity = electronicFormatIBAN(part)
      if (/[A-Z0-9]$/i.test(part) && identity && isValidIBAN(identity)) {
        return [{ kind: 'iban' as const, start: hit.index, end: hit.index + length, identity }]
      }
    }
    return []
  })

const number = '(?:zero|oh|o|one|two|three|four|five|six|seven|eight|nine|double|triple)'
const spokenDigits = new RegExp(String.raw`\b(?:plus )?${number}(?:[ ,-]+${number}){6,14}\b`, 'gi')
const national =
  /(?<![\p{L}\d.,$€£/-])(?:\(0?\d{2,4}\)|0\d{1,4}|\d{3})[ ./-]?\d{3}[ ./-]?\d{3,5}(?:[ -]?\d{2,3})?(?![\d.,]*\d|\s?(?:euros?|dollars?|pounds?|%|percent|people|customers))/gu

const phones: Finder = async (text, { country }) => {
  // The numbering plans of the world are large, and only redaction needs them.
  const { findPhoneNumbersInText } = await import('libphonenumber-js/max')
  return [
    ...findPhoneNumbersInText(text, { ...(country && { defaultCountry: country as CountryCode }) }).map(
      ({ startsAt, endsAt, number: found }) => ({
        kind: 'phone' as const,
        start: startsAt,
        end: endsAt,
        identity: found.number,
      }),
    ),
    ...spans('phone', text, national, digits),
    ...spans('phone', text, spokenDigits, (hit) => hit.toLowerCase().replace(/[ ,-]+/g, ' ')),
  ]
}

const place = String.raw`(?:\s?,?\s(?:apt|apartment|unit|suite|floor|flat)\.?\s?\w+)?(?:,?\s(?:\d{4,5}\s)?\p{Lu}\p{Ll}[\p{L}'’-]*(?:\s\p{Lu}\p{Ll}[\p{L}'’-]*){0,2}(?:,?\s(?:[A-Z]{2}\s)?(?:\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}))?)?`
const house = String.raw`\d{1,5}[a-zA-Z]?`
const addressPatterns = [
  // 221B Baker Street, London NW1 6XE
  new RegExp(
    String.raw`(?<![\p{L}\d])${house}\s(?:(?:North|South|East|West|N|S|E|W)\.?\s)?(?:\p{Lu}[\p{L}'’.-]*\s|\d{1,3}(?:st|nd|rd|th)\s){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Square|Sq|Place|Pl|Terrace|Way|Parkway|Close|Crescent|Gardens|Row|Hill|Highway)\b\.?${place}`,
    'gu',
  ),
  // Hauptstraße 12, 10115 Berlin
  new RegExp(
    String.raw`(?<![\p{L}\d])(?:\p{Lu}[\p{L}-]*(?:straße|strasse|str\.|weg|gasse|platz|allee|ufer|damm|ring|laan|straat|gracht|plein)|(?:\p{Lu}[\p{L}-]+\s){1,3}(?:Straße|Strasse|Weg|Gasse|Platz|Allee|Ufer|Damm|Ring))\s${house}(?!\d)${place}`,
    'gu',
  ),
  // Via Roma 12, 00184 Roma; Calle Mayor 5; 12 rue de la Paix, 75002 Paris
  new RegExp(
    String.raw`(?<![\p{L}\d])(?:[Vv]ia|[Vv]iale|[Pp]iazza|[Cc]orso|[Ll]argo|[Vv]icolo|[Cc]alle|[Aa]venida|[Pp]laza|[Pp]aseo|[Rr]ua|[Pp]raça)\s(?:(?:de|del|della|dei|di|la|las|los|el|da|do|dos)\s)*(?:\p{Lu}[\p{L}'’.-]*\s?){1,4},?\s?(?:n\.?\s?)?${house}(?!\d)${place}`,
    'gu',
  ),
  new RegExp(
    String.raw`(?<![\p{L}\d])${house}(?:\s?(?:bis|ter))?,?\s(?:rue|avenue|boulevard|place|quai|impasse|allée|chemin|cours)\s(?:(?:de|du|des|la|le|les|d'|l')\s?)*(?:\p{Lu}[\p{L}'’-]*\s?){1,3}${place}`,
    'gu',
  ),
  /\bP\.?\s?O\.?\s?Box\s\d+/gi,
]

const addresses: Finder = (text) =>
  addressPatterns.flatMap((pattern) =>
    spans('address', text, pattern, (hit) =>
      hit
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]+/gu, ' ')
        .trim(),
    ),
  )

const titled =
  /\b(?:Herrn?|Frau|Signora?|Sig\.ra|Sig\.|Dott\.(?:ssa)?|Monsieur|Madame|Mme|Mlle|M\.|Se[ñn]ora?|Sra?\.|Senhora?|Mevrouw|Meneer|Mr\.?|Mrs\.?|Ms\.?|Dr\.?|Prof\.?)\s(?<name>\p{Lu}[\p{L}'’-]+(?:\s\p{Lu}[\p{L}'’-]+){0,2})/gu
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

const persons: Finder = async (text, { names, english }) => {
  const found: PrivateSpan[] = []
  for (const name of names) {
    const parts = [name, ...name.split(/\s+/)].filter((part) => part.length > 1)
    for (const part of parts) {
      // A part of a name counts only as a name: "Will" and "Mark", not "will" and "mark".
      const pattern = new RegExp(
        String.raw`(?<![\p{L}\p{N}])${escaped(part)}(?![\p{L}\p{N}])`,
        part === name && / /.test(name) ? 'giu' : 'gu',
      )
      found.push(...spans('person', text, pattern, () => name.toLowerCase()))
    }
  }
  for (const hit of text.matchAll(titled)) {
    const name = hit.groups?.name ?? ''
    const start = hit.index + hit[0].length - name.length
    found.push({ kind: 'person', start, end: start + name.length, identity: name.toLowerCase() })
  }
  if (english) {
    const { findNames } = await import('../entities.ts')
    for (const { kind, text: name, start, end } of await findNames(text)) {
      if (kind !== 'person') continue
      const bare = name.replace(/^(?:dr|mr|mrs|ms|prof)\.?\s+/i, '')
      found.push({
        kind,
        start: end - bare.length,
        end,
        identity: bare.toLowerCase() || name.toLowerCase(),
        ...(bare.length === 0 && { start }),
      })
    }
  }
  return found
}

/** Where kinds claim the same text, the stricter check wins: a valid IBAN is no phone number. */
const finders: readonly (readonly [RedactionKind, Finder])[] = [
  ['iban', ibans],
  ['card', cards],
  ['email', emails],
  ['address', addresses],
  ['phone', phones],
  ['person', persons],
]

export async function findPrivate(text: string, options: FindOptions): Promise<PrivateSpan[]> {
  const kept: PrivateSpan[] = []
  for (const [kind, find] of finders) {
    if (!options.kinds.has(kind)) continue
    const found = (await find(text, options)).sort((a, b) => b.end - b.start - (a.end - a.start))
    for (const span of found) {
      if (!kept.some((other) => other.start < span.end && span.start < other.end)) kept.push(span)
    }
  }
  return kept.sort((a, b) => a.start - b.start)
}
