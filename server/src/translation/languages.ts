import { TranslationError } from './errors.ts'

/** ISO 639-1, and the longer codes that translators use. */
const tags =
  'aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu ' +
  'ast awa bho ceb ckb doi fil fur gom haw hil hmn ilo kri lus mai mni nap nds pam pap scn szl vec war yue zh-Hans zh-Hant zh-TW pt-BR pt-PT es-MX en-GB en-US fr-CA sr-Latn'

const known = tags.split(' ')
const primaries = new Set(known.map((tag) => tag.split('-')[0]!))

/** Codes that time has changed. */
const renamed: Record<string, string> = {
  iw: 'he',
  in: 'id',
  ji: 'yi',
  jw: 'jv',
  mo: 'ro',
  sh: 'sr-Latn',
  cmn: 'zh',
  cn: 'zh',
}

/** The tongues in which people are likely to name a language. */
const namedIn = ['en', 'it', 'de', 'fr', 'es', 'pt', 'nl']
const byName = new Map<string, string>()
const displayNames = new Map<string, Intl.DisplayNames>()

const named = (tag: string, locale: string) => {
  const names = displayNames.get(locale) ?? new Intl.DisplayNames([locale], { type: 'language', fallback: 'none' })
  displayNames.set(locale, names)
  return names.of(tag)
}

const namesOfLanguages = () => {
  if (byName.size > 0) return byName
  for (const tag of known) {
    for (const locale of [...namedIn, tag]) {
      const name = named(tag, locale)?.toLowerCase()
      if (name && !byName.has(name)) byName.set(name, tag)
    }
  }
  byName.set('mandarin', 'zh').set('farsi', 'fa').set('brazilian', 'pt-BR').set('castilian', 'es')
  return byName
}

const canonical = (text: string): string | null => {
  try {
    return Intl.getCanonicalLocales(text.replaceAll('_', '-'))[0] ?? null
  } catch {
    return null
  }
}

/** A BCP 47 tag for a code or a language's name in its own or a common tongue; null for what is no language. */
export function languageTag(given: string): string | null {
  const text = given.trim()
  const lower = text.toLowerCase()
  const tag = canonical(renamed[lower] ?? text)
  const [primary] = tag?.split('-') ?? []
  if (tag && primary && primaries.has(primary)) return renamed[tag] ?? tag
  return namesOfLanguages().get(lower) ?? null
}

export const primaryTag = (tag: string) => tag.split('-')[0]!.toLowerCase()

/** As a prompt or a message should say it. */
export const languageName = (tag: string) => named(tag, 'en') ?? named(primaryTag(tag), 'en') ?? tag

/** A value for a message: short, and free of anything that a terminal or a log would act on. */
const quoted = (given: string) => JSON.stringify(given.replace(/\p{C}/gu, ' ').slice(0, 40))

export function sourceLanguage(engine: string, given: string): string {
  const text = given.trim().toLowerCase()
  if (text === '' || text === 'auto' || text === 'und' || text === 'detect') return 'auto'
  const tag = languageTag(given)
  if (!tag) throw noLanguage(engine, 'source_language', given)
  return tag
}

export function targetLanguage(engine: string, given: string): string {
  const tag = languageTag(given)
  if (!tag) throw noLanguage(engine, 'target_language', given)
  return tag
}

const noLanguage = (engine: string, field: string, given: string) =>
  new TranslationError(
    engine,
    'bad_request',
    `Invalid ${field}: ${quoted(given)} is not a language. Send a code such as "it" or "pt-BR", or a name such as "Italian".`,
  )

export const unsupportedLanguage = (engine: string, label: string, tag: string, available: readonly string[] = []) =>
  new TranslationError(
    engine,
    'unsupported_language',
    `${label} can not translate into or from ${languageName(tag)} (${tag}).` +
      (available.length > 0
        ? ` It knows: ${[...available].sort().join(', ')}.`
        : ' Choose another engine or language.'),
  )
