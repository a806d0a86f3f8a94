import { isMailAddress } from '../platform/mail/mail.ts'
import type { Fields } from './fields.ts'

const ENGINES = ['local', 'deepgram', 'openai', 'assemblyai'] as const

/** Who turns speech into text where a call does not say, and who takes over where that one fails. */
export const transcriptionConfig = (read: Fields) => ({
  provider: read.choice('TRANSCRIPTION_PROVIDER', ENGINES, 'local'),
  fallback: read.listOf(
    (entry) => (ENGINES.some((it) => it === entry) ? null : `choose from ${ENGINES.join(', ')}`),
    'TRANSCRIPTION_FALLBACK',
  ),
})

/** Whom Mina may ask for speech, translation and language models. None of it is needed to start. */
export const providerConfig = (read: Fields) => {
  const openai = {
    apiKey: read.optional('OPENAI_API_KEY'),
    model: read.text('OPENAI_MODEL', 'gpt-4o-mini'),
    baseUrl: read.url('OPENAI_BASE_URL'),
    transcriptionModel: read.text('OPENAI_TRANSCRIPTION_MODEL', 'whisper-1'),
  }
  const [llmBaseUrl, llmKey, llmModel] = [
    read.url('LLM_BASE_URL'),
    read.optional('LLM_API_KEY'),
    read.optional('LLM_MODEL'),
  ]
  return {
    openai,
    deepgram: {
      apiKey: read.optional('DEEPGRAM_API_KEY'),
      model: read.text('DEEPGRAM_MODEL', 'nova-2'),
      baseUrl: read.url('DEEPGRAM_BASE_URL'),
    },
    assemblyai: { apiKey: read.optional('ASSEMBLYAI_API_KEY'), baseUrl: read.url('ASSEMBLYAI_BASE_URL') },
    /** An OpenAI-compatible speech server. It has a key of its own: OpenAI's goes to OpenAI alone. */
    speech: { apiKey: read.optional('SPEECH_API_KEY'), baseUrl: read.url('SPEECH_BASE_URL') },
    /** An OpenAI-compatible model endpoint; there is none unless a base URL or an OpenAI key is set. */
    llm:
      llmBaseUrl || openai.apiKey
        ? {
            // OpenAI's key is for OpenAI: another endpoint never gets to see it.
            apiKey: llmKey ?? (llmBaseUrl ? undefined : openai.apiKey),
            baseUrl: llmBaseUrl ?? openai.baseUrl ?? 'https://api.openai.com/v1',
            model: llmModel ?? openai.model,
          }
        : null,
    llmIsLocal: llmBaseUrl !== undefined,
    deepseek: {
      apiKey: read.optional('DEEPSEEK_API_KEY'),
      model: read.optional('DEEPSEEK_MODEL'),
      baseUrl: read.url('DEEPSEEK_BASE_URL'),
      webhookUrl: read.url('DEEPSEEK_WEBHOOK_URL'),
      webhookUrlDev: read.url('DEEPSEEK_WEBHOOK_URL_DEV'),
    },
    google: {
      credentialsFile: read.file('GOOGLE_APPLICATION_CREDENTIALS'),
      apiKey: read.optional('GOOGLE_API_KEY'),
      translateBaseUrl: read.url('GOOGLE_TRANSLATE_BASE_URL'),
      sheetsBaseUrl: read.url('GOOGLE_SHEETS_BASE_URL'),
      driveBaseUrl: read.url('GOOGLE_DRIVE_BASE_URL'),
      shareSheetsWith: read.listOf(
        (entry) => (isMailAddress(entry) ? null : 'give mail addresses, separated by commas'),
        'GOOGLE_SHEETS_SHARE_WITH',
      ),
    },
    libretranslate: { baseUrl: read.url('LIBRETRANSLATE_URL'), apiKey: read.optional('LIBRETRANSLATE_API_KEY') },
  }
}

export type ProviderConfig = ReturnType<typeof providerConfig>
