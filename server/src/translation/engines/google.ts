import { providerFailure, TranslationError, unreadable } from '../errors.ts'
import { type PlainAnswer, plainRequest } from '../http.ts'
import { primaryTag, unsupportedLanguage } from '../languages.ts'
import { codePoints } from '../load.ts'
import type { EngineAnswer, EngineJob, RequestLimits, TranslationEngine } from '../port.ts'
import { defaultPrices, type Prices } from '../prices.ts'
import { type ServiceAccount, serviceAccount } from './google-account.ts'

export interface GoogleSettings {
  apiKey?: string | undefined
  /** The file of a service account; goes before the key. */
  credentialsFile?: string | undefined
  /** A root. */
  translateBaseUrl?: string | undefined
  prices?: Prices
  timeout_ms?: number
}

const label = 'Google Translate'
const name = 'google'

/** The fields of both versions' failures, and of nothing else. */
interface GoogleFailure {
  error?: { status?: string; message?: string; errors?: { reason?: string }[] }
}

interface Version {
  model: string
  keyVariable: string
  limits: RequestLimits
  unavailable(): string | null
  send(texts: readonly string[], job: EngineJob): Promise<PlainAnswer>
  read(body: unknown): { translatedText?: unknown; detected?: unknown }[] | undefined
}

export function googleEngine(settings: GoogleSettings): TranslationEngine {
  const version = settings.credentialsFile ? version3(settings) : version2(settings)
  const price = (settings.prices ?? defaultPrices).characters.google ?? 0
  return {
    name,
    label,
    model: version.model,
    capabilities: { languages: 'any', detectsLanguage: true, glossary: 'placeholders', limits: version.limits },
    unavailable: version.unavailable,
    async request(texts, job): Promise<EngineAnswer> {
      const answer = await version.send(texts, job)
      if (answer.status !== 200) throw failure(version, answer, job)
      const translations = version.read(answer.body)
      if (!Array.isArray(translations)) throw unreadable(name, label)
      const translated = translations.map((it) => it.translatedText)
      if (!translated.every((text) => typeof text === 'string')) throw unreadable(name, label)
      const detected = translations[0]?.detected
      const characters = codePoints(texts.join(''))
      return {
        texts: translated,
        detectedSource: typeof detected === 'string' && detected !== '' ? detected : null,
        usage: { characters, tokens: 0, cost_usd: (characters * price) / 1_000_000 },
      }
    },
  }
}

const rootOf = (settings: GoogleSettings) =>
  (settings.translateBaseUrl ?? 'https://translation.googleapis.com').replace(/\/+$/, '')

function version2(settings: GoogleSettings): Version {
  const timeout_ms = settings.timeout_ms ?? 60_000
  return {
    model: 'google-v2',
    keyVariable: 'GOOGLE_API_KEY',
    // 100 KB a request; quotes and line breaks grow when written as JSON.
    limits: { items: 100, bytes: 45_000, characters: 28_000 },
    unavailable: () =>
      settings.apiKey ? null : 'Google Translate is not set up: set GOOGLE_APPLICATION_CREDENTIALS or GOOGLE_API_KEY.',
    send: (texts, { source, target, signal }) =>
      plainRequest(
        name,
        label,
        `${rootOf(settings)}/language/translate/v2?key=${encodeURIComponent(settings.apiKey ?? '')}`,
        {
          json: {
            q: texts,
            target: googleCode(target),
            ...(source === 'auto' ? {} : { source: googleCode(source) }),
            // The default is html: it would answer with entities and swallow line breaks.
            format: 'text',
          },
          timeout_ms,
          signal,
        },
      ),
    read: (body) =>
      (
        body as { data?: { translations?: { translatedText?: unknown; detectedSourceLanguage?: unknown }[] } }
      ).data?.translations?.map((it) => ({ translatedText: it.translatedText, detected: it.detectedSourceLanguage })),
  }
}

function version3(settings: GoogleSettings): Version {
  const timeout_ms = settings.timeout_ms ?? 60_000
  const account: ServiceAccount = serviceAccount(settings.credentialsFile!, timeout_ms)
  return {
    model: 'google-v3',
    keyVariable: 'GOOGLE_APPLICATION_CREDENTIALS',
    limits: { items: 1_000, characters: 28_000 },
    unavailable: account.unavailable,
    async send(texts, { source, target, signal }) {
      const authorization = `Bearer ${await account.token(signal)}`
      return plainRequest(name, label, `${rootOf(settings)}/v3/projects/${account.project()}:translateText`, {
        headers: { authorization },
        json: {
          contents: texts,
          targetLanguageCode: googleCode(target),
          ...(source === 'auto' ? {} : { sourceLanguageCode: googleCode(source) }),
          mimeType: 'text/plain',
        },
        timeout_ms,
        signal,
      })
    },
    read: (body) =>
      (body as { translations?: { translatedText?: unknown; detectedLanguageCode?: unknown }[] }).translations?.map(
        (it) => ({
          translatedText: it.translatedText,
          detected: it.detectedLanguageCode,
        }),
      ),
  }
}

/** Over its pace Google answers 403 as well as 429; over the day's quota too, where waiting a little does not help. */
function failure(version: Version, { status, headers, body }: PlainAnswer, job: EngineJob): TranslationError {
  const error = (body as GoogleFailure | null)?.error
  const reason = error?.errors?.[0]?.reason ?? ''
  const message = error?.message ?? ''
  if (status === 400 && (reason === 'invalid' || /language|bad pair/i.test(message)))
    return unsupportedLanguage(name, label, job.target)
  if (status === 413 || (status === 400 && /too (long|large)|limit/i.test(message)))
    return new TranslationError(name, 'provider_failed', `${label} takes no text of this length.`, {
      status,
      smaller: true,
    })
  // A wrong key is a bad request here, too.
  const refused = status === 400 && /api key/i.test(message)
  return providerFailure(name, {
    label,
    keyVariable: version.keyVariable,
    status: refused ? 401 : status,
    headers,
    exhausted: /^(dailyLimitExceeded|quotaExceeded|billingNotEnabled)/.test(reason),
    paced: /RateLimitExceeded$/i.test(reason),
  })
}

const regional = new Set(['fr-CA', 'pt-PT', 'pt-BR', 'mni-Mtei', 'ms-Arab', 'pa-Arab'])
const own: Record<string, string> = { nb: 'no', nn: 'no', fil: 'tl', he: 'iw', jv: 'jw' }

/** Google's codes: mostly the bare language, with names of its own for some. */
export function googleCode(tag: string): string {
  if (regional.has(tag)) return tag
  const primary = primaryTag(tag)
  if (primary === 'zh') return /Hant|TW|HK|MO/.test(tag) ? 'zh-TW' : 'zh-CN'
  return own[primary] ?? primary
}
