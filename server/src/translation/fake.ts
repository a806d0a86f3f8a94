import type { EngineAnswer, EngineJob, TranslationEngine, TranslatorCapabilities } from './port.ts'
import { createTranslator, type TranslatorSettings } from './translator.ts'

export interface FakeRequest {
  texts: readonly string[]
  job: EngineJob
}

type Script = (texts: readonly string[], job: EngineJob) => string[] | Promise<string[]>

/** A translator whose answers are scripted, in this process: for tests of what uses translators. */
export function fakeTranslator(
  script: Script = (texts) => [...texts],
  over: Partial<TranslatorCapabilities> & { unavailable?: string } = {},
  settings: TranslatorSettings = {},
) {
  const requests: FakeRequest[] = []
  const { unavailable = null, ...capabilities } = over
  const engine: TranslationEngine = {
    name: 'fake',
    label: 'The fake translator',
    model: 'fake',
    capabilities: {
      languages: 'any',
      detectsLanguage: false,
      glossary: 'prompt',
      limits: { items: 20, answerTokens: 3_000 },
      ...capabilities,
    },
    unavailable: () => unavailable,
    async request(texts, job): Promise<EngineAnswer> {
      job.signal.throwIfAborted()
      requests.push({ texts, job })
      const characters = texts.reduce((sum, text) => sum + text.length, 0)
      return { texts: await script(texts, job), detectedSource: null, usage: { characters, tokens: 0, cost_usd: 0 } }
    },
  }
  const retries = { base_ms: 1, ...settings.retries }
  return { ...createTranslator(engine, { detect: async () => 'en', ...settings, retries }), requests }
}
