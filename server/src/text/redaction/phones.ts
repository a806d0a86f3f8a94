import type { CountryCode } from 'libphonenumber-js/max'
import { spelledNumbersIn } from './digits.ts'
import { type Finder, spans } from './spans.ts'

/** Whose national numbers are likely to be said in a language. */
const countries: Readonly<Record<string, readonly CountryCode[]>> = {
  en: ['US', 'GB'],
  de: ['DE', 'AT', 'CH'],
  it: ['IT'],
  fr: ['FR', 'BE'],
  es: ['ES', 'MX'],
  pt: ['PT', 'BR'],
  nl: ['NL', 'BE'],
}

const digits = (text: string): string => text.replace(/\D/g, '')
/** Null for a day, a part number or a sum with its thousands apart. */
const shapedNumber = (text: string): string | null =>
  digits(text).length < 7 || /^\d{1,3}(?:[.,]\d{3})+$/.test(text) ? null : digits(text)
const measure = String.raw`(?![\d.,]*\d|\s?(?:euros?|dollars?|pounds?|%|percent|people|customers)|[./-]\d)`
/** Shapes that are phone numbers and little else. */
const shaped = [
  String.raw`(?:\(0?\d{2,4}\)|\d{3})[ ./-]?\d{3}[ ./-]?\d{3,5}(?:[ -]?\d{2,3})?`,
  String.raw`1[ .-]\d{3}[ .-]\d{3}[ .-]\d{4}`,
  String.raw`0\d{1,4}(?:[ ./-]\d{2,8}){1,5}(?:-\d{1,4})?`,
].map((shape) => new RegExp(String.raw`(?<![\p{L}\d.,$€£/-]|\d\s)${shape}${measure}`, 'gu'))
/** After "my number is" any number of this length is one. */
const asked =
  /(?<=\b(?:phone|mobile|cell|number|call(?: me| us)?|dial|ring|text|reach|telefon\w*|handy\w*|nummer|ruf\w*|numero|cellulare|chiam\w*|numéro|appel\w*|téléphon\w*|número|ll[aá]m\w*|tel[ée]fono|ligue|telemóvel|bel)\b[^\d.!?]{0,25}(?:[\d +()/-]{7,20} (?:or|oder|oppure al|ou le|o al|of|ou) )?)\+?\(?\d(?:[ ./()-]{0,2}\d){6,14}(?![\d.,]*\d)/giu
const reference =
  /\b(?:order|account|invoice|ticket|reference|serial|rechnung|fattura|facture|factura|kunden)\S*\s(?:number|no\.?|nummer|numero|numéro|número)?\s?(?:is|:|ist|è|est|es)?\s?$/iu

export const phones: Finder = async (text, { country, language }) => {
  // The numbering plans of the world are large, and only redaction needs them.
  const { findPhoneNumbersInText } = await import('libphonenumber-js/max')
  const likely = country ? [country as CountryCode] : (countries[language ?? 'en'] ?? [])
  const known = [undefined, ...likely].flatMap((defaultCountry) =>
    findPhoneNumbersInText(text, defaultCountry ? { defaultCountry } : {}),
  )
  return [
    ...known
      // Bare digits are as likely an order's number or a date.
      .filter(({ startsAt, endsAt }) => /^\+|^\(?0|\d[ ./()-]\d/.test(text.slice(startsAt, endsAt)))
      .map(({ startsAt, endsAt, number }) => ({
        kind: 'phone' as const,
        start: startsAt,
        end: endsAt,
        identity: number.number,
      })),
    ...shaped.flatMap((shape) => spans('phone', text, shape, shapedNumber)),
    ...spans('phone', text, asked, shapedNumber),
    ...spelledNumbersIn(text).map(({ start, end, digits: identity }) => ({
      kind: 'phone' as const,
      start,
      end,
      identity,
    })),
  ].filter(({ start }) => !reference.test(text.slice(Math.max(0, start - 40), start)))
}
