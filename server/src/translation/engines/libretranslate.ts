import { providerFailure, TranslationError, unreadable } from '../errors.ts'
import { plainRequest } from '../http.ts'
import { primaryTag, unsupportedLanguage } from '../languages.ts'
import { codePoints } from '../load.ts'
import type { EngineJob, TranslationEngine } from '../port.ts'

export interface LibreTranslateSettings {
  /** A root. */
  baseUrl?: string | undefined
  apiKey?: string | undefined
  timeout_ms?: number
}

const label = 'LibreTranslate'
const name = 'libretranslate'

interface Answer {
  translatedText?: unknown
  detectedLanguage?: { language?: unknown } | { language?: unknown }[]
  error?: unknown
}

export function libreTranslateEngine(settings: LibreTranslateSettings): TranslationEngine {
  const root = settings.baseUrl?.replace(/\/+$/, '')
  const timeout_ms = settings.timeout_ms ?? 120_000
  let listed: string[] | undefined

  /** What is installed differs from server to server. */
  const languages = async (signal: AbortSignal): Promise<string[]> => {
    if (listed) return listed
    const { status, headers, body } = await plainRequest(name, label, `${root}/languages`, {
      method: 'GET',
      timeout_ms,
      signal,
    })
    if (status !== 200) throw providerFailure(name, { label, keyVariable: 'LIBRETRANSLATE_API_KEY', status, headers })
    if (!Array.isArray(body)) throw unreadable(name, label)
    const codes = (body as ({ code?: unknown } | null)[]).flatMap((it) =>
      typeof it?.code === 'string' ? [it.code] : [],
    )
    listed = codes
    return codes
  }

  return {
    name,
    label,
    model: name,
    capabilities: {
      languages: 'any',
      detectsLanguage: true,
      glossary: 'placeholders',
      limits: { items: 20, characters: 2_000 },
    },
    unavailable: () => (root ? null : 'LibreTranslate is not set up: set LIBRETRANSLATE_URL.'),
    async request(texts, job: EngineJob) {
      const available = await languages(job.signal)
      const json = {
        // One text as a string: older servers know no lists.
        q: texts.length === 1 ? texts[0] : texts,
        source: job.source === 'auto' ? 'auto' : libreCode(job.source, available),
        target: libreCode(job.target, available),
        format: 'text',
        ...(settings.apiKey ? { api_key: settings.apiKey } : {}),
      }
      const { status, headers, body } = await plainRequest(name, label, `${root}/translate`, {
        json,
        timeout_ms,
        signal: job.signal,
      })
      const answer = (body ?? {}) as Answer
      const error = typeof answer.error === 'string' ? answer.error : ''
      if (status !== 200) {
        if (/exceeds (text|translation|character) limit/i.test(error))
          throw new TranslationError(name, 'provider_failed', `${label} takes no text of this length.`, {
            status,
            smaller: true,
          })
        if (status === 400 && /not supported|not available/i.test(error))
          throw unsupportedLanguage(name, label, job.target, available)
        throw providerFailure(name, { label, keyVariable: 'LIBRETRANSLATE_API_KEY', status, headers })
      }
      const translated = Array.isArray(answer.translatedText) ? answer.translatedText : [answer.translatedText]
      if (!translated.every((text) => typeof text === 'string')) throw unreadable(name, label)
      const [detected] = Array.isArray(answer.detectedLanguage) ? answer.detectedLanguage : [answer.detectedLanguage]
      return {
        texts: translated,
        detectedSource: typeof detected?.language === 'string' ? detected.language : null,
        usage: { characters: codePoints(texts.join('')), tokens: 0, cost_usd: 0 },
      }
    },
  }
}

/** Chinese has had three names here over the years: `zh` and `zt`, then `zh-Hans` and `zh-Hant`. */
const candidates = (tag: string) => {
  const primary = primaryTag(tag)
  if (primary !== 'zh') return [tag, primary]
  return /Hant|TW|HK|MO/.test(tag) ? ['zh-Hant', 'zt', 'zh-TW'] : ['zh-Hans', 'zh', 'zh-CN']
}

function libreCode(tag: string, available: readonly string[]): string {
  for (const candidate of candidates(tag)) {
    const found = available.find((code) => code.toLowerCase() === candidate.toLowerCase())
    if (found) return found
  }
  throw unsupportedLanguage(name, label, tag, available)
}
