import { Refusal } from '../../../platform/refusal.ts'
import type { Choice, Models } from '../models.ts'
import { vocabularyOf } from './vocabulary.ts'

type Query = Readonly<Record<string, string | readonly string[]>>

/** Promises that Mina does not keep here: to leave them out in silence would be a lie about the text. */
const refused = [
  'redact',
  'replace',
  'search',
  'profanity_filter',
  'summarize',
  'topics',
  'custom_topic',
  'intents',
  'custom_intent',
  'sentiment',
  'detect_entities',
] as const

export interface ListenOptions {
  choice: Choice
  language: string | undefined
  detectLanguage: boolean
  punctuate: boolean
  smartFormat: boolean
  paragraphs: boolean
  utterances: boolean
  /** Milliseconds of silence between two utterances. */
  uttSplit_ms: number
  diarize: boolean
  multichannel: boolean
  vocabulary: string[]
  tags: string[]
  extra: Record<string, string>
  callback: { url: string; method: 'POST' | 'PUT' } | null
}

const wrong = (message: string, field: string) =>
  new Refusal('bad_request', message, { details: { field, code: 'INVALID_QUERY_PARAMETER' } })

const manyOf = (query: Query, name: string): string[] => {
  const value = query[name]
  return value === undefined ? [] : typeof value === 'string' ? [value] : [...value]
}
const oneOf = (query: Query, name: string): string | undefined => manyOf(query, name).at(-1)?.trim() || undefined

const isOff = (value: string | undefined) => value === undefined || value === 'false'

function flag(query: Query, name: string): boolean {
  const value = oneOf(query, name)
  if (isOff(value)) return false
  if (value === 'true') return true
  throw wrong(`Invalid ${name}: expected true or false.`, name)
}

function languageOf(query: Query): string | undefined {
  const language = oneOf(query, 'language')
  if (language === undefined || language === 'multi') return language
  if (/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(language)) return language
  throw wrong('Invalid language: expected a BCP-47 tag such as en or pt-BR.', 'language')
}

function splitOf(query: Query): number {
  const text = oneOf(query, 'utt_split')
  if (text === undefined) return 800
  const seconds = Number(text)
  if (Number.isFinite(seconds) && seconds >= 0 && seconds <= 60) return seconds * 1000
  throw wrong('Invalid utt_split: expected seconds.', 'utt_split')
}

function callbackOf(query: Query): ListenOptions['callback'] {
  const url = oneOf(query, 'callback')
  if (url === undefined) return null
  const scheme = URL.canParse(url) ? new URL(url).protocol : ''
  if (scheme !== 'http:' && scheme !== 'https:')
    throw wrong('Invalid callback: expected an http or https URL.', 'callback')
  const method = (oneOf(query, 'callback_method') ?? 'post').toUpperCase()
  if (method !== 'POST' && method !== 'PUT')
    throw wrong('Invalid callback_method: expected post or put.', 'callback_method')
  return { url, method }
}

const extraOf = (query: Query) =>
  Object.fromEntries(
    manyOf(query, 'extra').flatMap((it) => {
      const at = it.indexOf(':')
      return at > 0 ? [[it.slice(0, at), it.slice(at + 1)]] : []
    }),
  )

/** What the query asks for. Options without a promise (tiers, versions, encodings, numerals …) are not looked at. */
export function listenOptions(query: Query, models: Models): ListenOptions {
  for (const name of refused)
    if (!manyOf(query, name).every(isOff)) throw wrong(`Mina does not offer ${name}. Leave it out.`, name)
  const model = oneOf(query, 'model')
  const choice = models.choose(model)
  if (!choice) throw wrong('Bad Request: No such model/language/tier combination found.', 'model')
  const smartFormat = flag(query, 'smart_format')
  const paragraphs = flag(query, 'paragraphs')
  return {
    choice,
    language: languageOf(query),
    detectLanguage: !manyOf(query, 'detect_language').every(isOff),
    punctuate: flag(query, 'punctuate') || smartFormat || paragraphs,
    smartFormat,
    paragraphs: paragraphs || smartFormat,
    utterances: flag(query, 'utterances'),
    uttSplit_ms: splitOf(query),
    diarize: flag(query, 'diarize') || oneOf(query, 'diarize_model') !== undefined,
    multichannel: flag(query, 'multichannel'),
    vocabulary: vocabularyOf(manyOf(query, 'keyterm'), manyOf(query, 'keywords')),
    tags: manyOf(query, 'tag'),
    extra: extraOf(query),
    callback: callbackOf(query),
  }
}
