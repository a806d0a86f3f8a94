import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { Id, Nothing } from './shapes.ts'
import { storedWork } from './stored-work.ts'
import { Glossary } from './translations.ts'

const read = { family: 'app', permission: 'conversations:read' } as const
const write = { family: 'app', permission: 'conversations:write', rate: 'write' } as const
const conversation = '/api/conversations/:id'

const Language = z.string().trim().min(1).max(40).describe('A code such as it or pt-BR, or a name such as Italian.')

export const StoredTranslation = z
  .object({
    id: z.uuid(),
    language: z.string(),
    version: z.int(),
    engine: z.string(),
    ...storedWork,
    segments: z.object({
      total: z.int(),
      translated: z.int(),
      /** Translated, and edited since; all of them once another transcript is read. */
      stale: z.int(),
    }),
  })
  .meta({ id: 'StoredTranslation' })
export type StoredTranslation = z.output<typeof StoredTranslation>

export const TranslatedSegment = z
  .object({
    segment_id: z.uuid(),
    idx: z.int(),
    start_ms: z.int(),
    end_ms: z.int(),
    speaker: z.string().nullable(),
    text: z.string(),
    /** The revision of the segment that was translated. */
    revision: z.int(),
    stale: z.boolean(),
  })
  .meta({ id: 'TranslatedSegment' })
export type TranslatedSegment = z.output<typeof TranslatedSegment>

export const startTranslation = endpoint({
  ...write,
  method: 'POST',
  path: `${conversation}/translate`,
  summary: 'Translate a conversation in the background; a second time, what is new or was edited, as a new version',
  params: Id,
  body: z.object({
    target_language: Language,
    engine: z.string().max(40).optional(),
    glossary: Glossary.optional().describe(
      "Goes before the words of my vocabulary. Left out, the former version's stays in force.",
    ),
  }),
  answer: z.object({ translation: StoredTranslation }),
  errors: ['not_found', 'bad_request', 'unavailable', 'unsupported_language', 'live', 'conflict'],
})

export const listTranslations = endpoint({
  ...read,
  method: 'GET',
  path: `${conversation}/translations`,
  summary: 'The translations of a conversation with all their versions, the newest of a language first',
  params: Id,
  answer: z.object({ items: z.array(StoredTranslation) }),
  errors: ['not_found'],
})

const InLanguage = z.object({ id: z.uuid(), language: Language })
const Version = z.coerce.number().int().positive().max(1_000_000)
const OfVersion = InLanguage.extend({ version: Version })

export const getTranslation = endpoint({
  ...read,
  method: 'GET',
  path: `${conversation}/translations/:language`,
  summary: 'The newest finished translation, or a version of it, segment by segment; the first also while it is made',
  params: InLanguage,
  query: z.object({ version: Version.optional() }),
  answer: z.object({
    translation: StoredTranslation,
    /** The terms it keeps to: those asked for, and my vocabulary as it then was. */
    glossary: z.record(z.string(), z.string()),
    segments: z.array(TranslatedSegment),
  }),
  errors: ['not_found'],
})

export const deleteTranslation = endpoint({
  ...write,
  method: 'DELETE',
  path: `${conversation}/translations/:language`,
  summary: 'Remove a translation with all its versions; stops it where it is being made',
  params: InLanguage,
  answer: Nothing,
  errors: ['not_found'],
})

export const restoreTranslation = endpoint({
  ...write,
  method: 'POST',
  path: `${conversation}/translations/:language/versions/:version/restore`,
  summary: 'Make a former version of a translation the newest again; the others stay',
  params: OfVersion,
  answer: z.object({ translation: StoredTranslation }),
  errors: ['not_found', 'conflict'],
})

export const deleteTranslationVersion = endpoint({
  ...write,
  method: 'DELETE',
  path: `${conversation}/translations/:language/versions/:version`,
  summary: 'Remove a version of a translation; stops it where it is being made',
  params: OfVersion,
  answer: Nothing,
  errors: ['not_found'],
})
