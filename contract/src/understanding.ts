import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { AskAnswer, Insights, InsightTemplate } from './insights.ts'
import { Id, Nothing, PlainText, Time } from './shapes.ts'
import { storedWork } from './stored-work.ts'
import { Task } from './tasks.ts'

const read = { family: 'app', permission: 'conversations:read' } as const
const write = { family: 'app', permission: 'conversations:write', rate: 'write' } as const
const conversation = '/api/conversations/:id'

/* Insights */

export const InsightVersion = z
  .object({
    id: z.uuid(),
    version: z.int(),
    /** The template's id. */
    template: z.string(),
    engine: z.enum(['auto', 'embedded', 'model']),
    ...storedWork,
    /** The transcript was edited since, or another one is read now. */
    stale: z.boolean(),
  })
  .meta({ id: 'InsightVersion' })
export type InsightVersion = z.output<typeof InsightVersion>

export const startInsights = endpoint({
  ...write,
  method: 'POST',
  path: `${conversation}/insights`,
  summary: 'Have a conversation summed up and searched for tasks, in the background',
  params: Id,
  body: z.object({
    template: z.string().max(64).default('meeting'),
    engine: z.enum(['auto', 'embedded', 'model']).default('auto'),
  }),
  answer: z.object({ insights: InsightVersion }),
  errors: ['not_found', 'unavailable', 'live'],
})

export const getInsights = endpoint({
  ...read,
  method: 'GET',
  path: `${conversation}/insights`,
  summary: 'The newest finished insights, or those of a version, and all versions',
  params: Id,
  query: z.object({ version: z.coerce.number().int().positive().optional() }),
  answer: z.object({
    insights: Insights.nullable(),
    /** Which of `versions` this is. */
    version: z.int().nullable(),
    versions: z.array(InsightVersion),
  }),
  errors: ['not_found'],
})

const InInsights = z.object({ id: z.uuid(), insights_id: z.uuid() })

export const deleteInsights = endpoint({
  ...write,
  method: 'DELETE',
  path: `${conversation}/insights/:insights_id`,
  summary: 'Remove a version of the insights; stops it where it is being made',
  params: InInsights,
  answer: Nothing,
  errors: ['not_found'],
})

export const takeFoundTasks = endpoint({
  ...write,
  method: 'POST',
  path: `${conversation}/insights/:insights_id/tasks`,
  summary: 'Take found action items as tasks; one that was taken before is not taken twice',
  params: InInsights,
  body: z.object({ indexes: z.array(z.int().nonnegative()).min(1).max(200) }),
  answer: z.object({ items: z.array(Task) }),
  errors: ['not_found', 'bad_request'],
})

/* Templates */

export const StoredTemplate = InsightTemplate.extend({
  /** Comes with Mina; changed, it can be taken back to how it came by deleting it. */
  built_in: z.boolean(),
  edited: z.boolean(),
}).meta({ id: 'StoredTemplate' })
export type StoredTemplate = z.output<typeof StoredTemplate>

const TemplateName = PlainText(120, 1)
const TemplateText = InsightTemplate.shape.text
const OneTemplate = z.object({ id: z.string().max(64) })

export const listTemplates = endpoint({
  ...read,
  method: 'GET',
  path: '/api/templates',
  summary: 'The templates for insights: four that come with Mina, and my own',
  answer: z.object({ items: z.array(StoredTemplate) }),
})

export const createTemplate = endpoint({
  ...write,
  method: 'POST',
  path: '/api/templates',
  summary: 'Add a template',
  body: z.strictObject({ name: TemplateName, text: TemplateText }),
  answer: z.object({ template: StoredTemplate }),
  errors: ['exists', 'bad_request'],
})

export const updateTemplate = endpoint({
  ...write,
  method: 'PATCH',
  path: '/api/templates/:id',
  summary: 'Change a template, also one that came with Mina',
  params: OneTemplate,
  body: z.strictObject({ name: TemplateName.optional(), text: TemplateText.optional() }),
  answer: z.object({ template: StoredTemplate }),
  errors: ['not_found', 'exists'],
})

export const deleteTemplate = endpoint({
  ...write,
  method: 'DELETE',
  path: '/api/templates/:id',
  summary: 'Remove a template of mine, or take one back to how it came with Mina',
  params: OneTemplate,
  answer: Nothing,
  errors: ['not_found'],
})

/* Questions */

/** Where a passage of an answer is from, so that it can be named and opened. */
export const AskedConversation = z.object({ id: z.uuid(), title: z.string(), created_at: Time })
export type AskedConversation = z.output<typeof AskedConversation>

export const LibraryAnswer = AskAnswer.extend({ conversations: z.array(AskedConversation) }).meta({
  id: 'LibraryAnswer',
})
export type LibraryAnswer = z.output<typeof LibraryAnswer>

export const askLibrary = endpoint({
  ...read,
  rate: 'write',
  method: 'POST',
  path: '/api/ask',
  summary: 'Ask one conversation or the whole library; answered from what was said, with the places',
  body: z.object({ question: PlainText(1_000, 1), conversation_id: z.uuid().optional() }),
  answer: LibraryAnswer,
  errors: ['not_found'],
})

/* Vocabulary */

const VocabularyText = PlainText(80, 1)
const HeardAs = z.array(VocabularyText).max(20)

export const VocabularyWord = z
  .object({
    id: z.uuid(),
    word: z.string(),
    /** What engines made of it: corrected from now on wherever it comes. */
    heard_as: z.array(z.string()),
    created_at: Time,
  })
  .meta({ id: 'VocabularyWord' })
export type VocabularyWord = z.output<typeof VocabularyWord>

export const VocabularySuggestion = z
  .object({
    heard: z.string(),
    meant: z.string(),
    /** How often I corrected it so. */
    count: z.int().positive(),
    /** What was heard is made of everyday words: correcting it everywhere may spoil sentences that mean just that. */
    risky: z.boolean(),
  })
  .meta({ id: 'VocabularySuggestion' })
export type VocabularySuggestion = z.output<typeof VocabularySuggestion>

export const listVocabulary = endpoint({
  ...read,
  method: 'GET',
  path: '/api/vocabulary',
  summary: 'My words: names and terms that recordings of mine are likely to hold',
  answer: z.object({ items: z.array(VocabularyWord) }),
})

export const addVocabulary = endpoint({
  ...write,
  method: 'POST',
  path: '/api/vocabulary',
  summary: 'Add a word, or more of what an added one is heard as',
  body: z.strictObject({ word: VocabularyText, heard_as: HeardAs.default([]) }),
  answer: z.object({ word: VocabularyWord }),
  errors: ['bad_request'],
})

export const deleteVocabulary = endpoint({
  ...write,
  method: 'DELETE',
  path: '/api/vocabulary/:id',
  summary: 'Remove a word; what it corrected stays corrected',
  params: Id,
  answer: Nothing,
  errors: ['not_found'],
})

export const suggestVocabulary = endpoint({
  ...read,
  method: 'GET',
  path: '/api/vocabulary/suggestions',
  summary: 'Words that my corrections of transcripts teach',
  answer: z.object({ items: z.array(VocabularySuggestion) }),
})

export const applyVocabulary = endpoint({
  ...write,
  method: 'POST',
  path: '/api/vocabulary/:id/apply',
  summary: 'Correct a word in all my conversations, as a change that each keeps in its history; or only count',
  params: Id,
  body: z.object({ preview: z.boolean().default(false) }),
  answer: z.object({
    conversations: z.int(),
    segments: z.int(),
    /** More were found than one call corrects, or words still arrive there: call again. */
    left: z.int(),
  }),
  errors: ['not_found', 'bad_request'],
})

/* Redaction */

export const redactionKindNames = ['email', 'phone', 'card', 'iban', 'address', 'person'] as const

export const RedactedSegment = z
  .object({
    segment_id: z.uuid(),
    start_ms: z.int(),
    end_ms: z.int(),
    speaker: z.string().nullable(),
    text: z.string(),
    spans: z.array(
      z.object({
        kind: z.enum(redactionKindNames),
        placeholder: z.string(),
        /** In the original text. */
        start: z.int(),
        end: z.int(),
        /** In the redacted text. */
        redacted_start: z.int(),
        redacted_end: z.int(),
      }),
    ),
    /** What to silence in the sound. */
    beeps: z.array(z.object({ start_ms: z.int(), end_ms: z.int() })),
  })
  .meta({ id: 'RedactedSegment' })

export const getRedaction = endpoint({
  ...read,
  rate: 'write',
  method: 'GET',
  path: `${conversation}/redaction`,
  summary: 'A conversation without personal data; for its owner, with the key that brings it back',
  params: Id,
  query: z.object({
    /** Some of email, phone, card, iban, address, person, with commas; all where it is left out. */
    kinds: z
      .string()
      .max(100)
      .transform((it) => it.split(',').map((kind) => kind.trim()))
      .pipe(z.array(z.enum(redactionKindNames)))
      .optional(),
    key: z.enum(['true', 'false']).default('false'),
  }),
  answer: z.object({
    title: z.string(),
    segments: z.array(RedactedSegment),
    counts: z.partialRecord(z.enum(redactionKindNames), z.int()),
    /** Placeholder → the fullest form of what it stands for. Keep it away from what is given on. */
    key: z.record(z.string(), z.string()).nullable(),
  }),
  errors: ['not_found'],
})
