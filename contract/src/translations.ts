import { z } from 'zod'
import { endpoint } from './endpoint.ts'

/** Missing and empty members get the service's own wording, so everything is optional here. */
const optional = z.string().nullish()

/** Term → how it must appear in the translation. */
export const Glossary = z
  .record(z.string().min(1).max(200), z.string().max(200))
  .refine((it) => Object.keys(it).length <= 500, { error: 'A glossary holds at most 500 terms.' })
  .meta({ id: 'Glossary' })

export const TranslationRequest = z
  .object(
    {
      text: optional.describe('Required. Of any length up to the limit of the server.'),
      target_language: optional.describe('Required. A code such as it or pt-BR, or a name such as Italian.'),
      source_language: optional.describe('A code, a name, or auto.'),
      glossary: Glossary.nullish(),
    },
    { error: 'Request must be JSON' },
  )
  .meta({ id: 'TranslationRequest' })

export const TextTranslation = z
  .object({
    translated_text: z.string(),
    source_language: z.string().describe('As it was sent, or, for auto, as it was detected.'),
    target_language: z.string(),
    chunks_processed: z.int().optional().describe('Present where the text was too long for one request.'),
  })
  .meta({ id: 'TextTranslation' })

export const GoogleTranslation = z
  .object({ translated_text: z.string(), detected_source_language: z.string() })
  .meta({ id: 'GoogleTranslation' })

const platform = {
  family: 'platform',
  method: 'POST',
  permission: 'text:use',
  limit: 'text',
  rate: 'write',
  errors: ['bad_request', 'too_long', 'unsupported_language', 'provider_failed', 'unavailable', 'timeout'],
} as const

const asJson = { ...platform, consumes: 'json', body: TranslationRequest } as const

export const translateWithOpenAI = endpoint({
  ...asJson,
  path: '/translations/openai',
  summary: 'Translate a text of any length with OpenAI',
  answer: TextTranslation,
})

export const translateWithGoogle = endpoint({
  ...asJson,
  path: '/translations/google',
  summary: 'Translate a text of any length with Google Translate',
  answer: GoogleTranslation,
})

export const translateWithLibreTranslate = endpoint({
  ...asJson,
  path: '/translations/libretranslate',
  summary: 'Translate a text of any length with a LibreTranslate server',
  answer: TextTranslation,
})

export const translateWithLocal = endpoint({
  ...asJson,
  path: '/translations/local',
  summary: "Translate a text of any length with the operator's own model endpoint",
  answer: TextTranslation,
})

const passedOn = z.string().max(2_000).optional()
const flag = z
  .union([z.boolean(), z.string()])
  .optional()
  .transform((it) => String(it).trim().toLowerCase() === 'true')

export const DeepSeekForm = z
  .object({
    text: optional.describe('Required.'),
    source_language: optional,
    target_language: optional.describe('English where it is missing.'),
    fileName: passedOn,
    duration: passedOn,
    driveId: passedOn,
    groupId: passedOn,
    folderId: passedOn,
    fileId: passedOn,
    projectName: passedOn,
    isDev: flag,
    isLocal: flag,
  })
  .meta({ id: 'DeepSeekForm' })

export const translateWithDeepSeek = endpoint({
  ...platform,
  path: '/translations/deepseek',
  summary: 'Translate a text with DeepSeek, for the caller (isLocal) or for the configured webhook',
  consumes: 'form',
  body: DeepSeekForm,
  answer: z.union([z.object({ translated_text: z.string() }), z.object({ message: z.string() })]),
})
