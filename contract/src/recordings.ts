import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { ExportQuery } from './exports.ts'
import { Flag, Id, LanguageTag, Provider } from './shapes.ts'

const write = { family: 'app', permission: 'conversations:write' } as const
const read = { family: 'app', permission: 'conversations:read' } as const

export const RecognitionFields = z.object({
  provider: Provider.optional(),
  language: LanguageTag.optional(),
  diarize: Flag.optional(),
})

export const uploadRecording = endpoint({
  ...write,
  method: 'POST',
  path: '/api/uploads',
  summary: 'Upload a recording; its transcription starts at once',
  consumes: 'multipart',
  limit: 'media',
  body: RecognitionFields.extend({ title: z.string().trim().max(255).optional() }),
  answer: z.object({
    id: z.uuid(),
    filename: z.string(),
    stored: z.boolean(),
    /** An earlier conversation with the very same recording. */
    duplicate_of: z.uuid().nullable(),
  }),
  errors: ['unsupported_type', 'too_large', 'unprocessable_audio', 'storage_full', 'quota_exceeded'],
})

export const uploadLink = endpoint({
  ...write,
  method: 'POST',
  path: '/api/links',
  summary: 'Fetch a recording from a link and transcribe it',
  rate: 'speech',
  body: RecognitionFields.extend({ url: z.url().max(2_000), title: z.string().trim().max(255).optional() }),
  answer: z.object({ id: z.uuid() }),
  errors: ['quota_exceeded'],
})

export const transcribeAgain = endpoint({
  ...write,
  method: 'POST',
  path: '/api/conversations/:id/transcribe',
  summary: 'Recognise the recording again, as a new version',
  rate: 'speech',
  params: Id,
  body: RecognitionFields.default({}),
  answer: z.object({ id: z.uuid(), status: z.string() }),
  errors: ['not_found', 'conflict', 'live', 'quota_exceeded'],
})

export const cancelTranscription = endpoint({
  ...write,
  method: 'POST',
  path: '/api/conversations/:id/cancel',
  summary: 'Stop the transcription; what is there stays',
  params: Id,
  answer: z.object({ status: z.string() }),
  errors: ['not_found'],
})

export const getAudio = endpoint({
  ...read,
  method: 'GET',
  path: '/api/conversations/:id/audio',
  summary: 'The recording, by byte ranges; `beep=pii` puts a tone in place of personal data',
  params: Id,
  query: z.object({ download: z.enum(['true', 'false']).optional(), beep: z.enum(['pii']).optional() }),
  answer: 'file',
  errors: ['not_found', 'gone', 'conflict'],
})

export const getPeaks = endpoint({
  ...read,
  method: 'GET',
  path: '/api/conversations/:id/peaks',
  summary: 'The waveform, 0 to 1, evenly spaced',
  params: Id,
  query: z.object({ points: z.coerce.number().int().min(50).max(4000).default(1000) }),
  answer: z.object({ peaks: z.array(z.number()), duration_ms: z.int() }),
  errors: ['not_found'],
})

export const exportConversation = endpoint({
  ...read,
  method: 'GET',
  path: '/api/conversations/:id/export',
  summary: 'The conversation as a file',
  params: Id,
  /** `redact` takes personal data out. */
  query: ExportQuery.extend({ redact: z.enum(['true', 'false']).optional() }),
  answer: 'file',
  errors: ['not_found', 'bad_request'],
})
