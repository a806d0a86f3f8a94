import { type Double, type Reply, type SeenRequest, startDouble } from './server.ts'

interface LibreOptions {
  key?: string
  translate?: (text: string) => string
  detect?: (text: string) => string
  languages?: readonly string[]
  charLimit?: number
  batchLimit?: number
}

/** A LibreTranslate server with its limits and its plain errors. */
export function startLibreTranslateDouble(options: LibreOptions = {}): Promise<Double> {
  const { key, translate = (text) => text, detect = () => 'en' } = options
  const { languages = ['en', 'it', 'de', 'zh-Hans'], charLimit = 5_000, batchLimit = 32 } = options

  const answer = (request: SeenRequest, fault: string | undefined): Reply => {
    if (request.path === '/languages')
      return { json: languages.map((code) => ({ code, name: code, targets: languages })) }
    if (request.path !== '/translate') return { status: 404, json: { error: 'Not found' } }
    const asked = JSON.parse(request.body) as {
      q: string | string[]
      source: string
      target: string
      format?: string
      api_key?: string
    }
    if (key && asked.api_key !== key) return { status: 403, json: { error: 'Invalid API key' } }
    if (fault === 'banned') return { status: 403, json: { error: 'Too many request limits violations' } }
    const texts = [asked.q].flat()
    if (texts.length > batchLimit)
      return {
        status: 400,
        json: { error: `Invalid request: request (${texts.length}) exceeds text limit (${batchLimit})` },
      }
    const characters = texts.join('').length
    if (characters > charLimit)
      return {
        status: 400,
        json: { error: `Invalid request: request (${characters}) exceeds text limit (${charLimit})` },
      }
    if (!languages.includes(asked.target)) return { status: 400, json: { error: `${asked.target} is not supported` } }
    const detected = texts.map((text) => ({ confidence: 90, language: detect(text) }))
    const translated = texts.map(translate)
    const many = Array.isArray(asked.q)
    return {
      json: {
        translatedText: many ? translated : translated[0],
        ...(asked.source === 'auto' ? { detectedLanguage: many ? detected : detected[0] } : {}),
      },
    }
  }

  const texts: Record<number, string> = { 429: 'Slowdown: 20 per 1 minute', 403: 'Invalid API key' }
  return startDouble({
    failure: (status) => ({ error: texts[status] ?? 'Cannot translate text: list index out of range' }),
    answer,
  })
}
