import { z } from 'zod'
import { endpoint } from './endpoint.ts'

/** Clients of other services, unchanged but for the address. Each call answers in the shapes of the original. */

const openai = { family: 'openai', permission: 'speech:use', rate: 'speech' } as const
const deepgram = { family: 'deepgram', permission: 'speech:use', rate: 'speech' } as const

const speechErrors = [
  'bad_request',
  'quota_exceeded',
  'too_large',
  'too_long',
  'unsupported_type',
  'unprocessable_audio',
  'unsupported_language',
  'provider_failed',
  'unavailable',
  'timeout',
] as const

/** The form is read by the dialect itself, which answers in the original's words. */
const AudioForm = z.looseObject({}).describe('Multipart: file, model, language, prompt, response_format, temperature …')

export const openaiTranscribe = endpoint({
  ...openai,
  method: 'POST',
  path: '/v1/audio/transcriptions',
  summary: 'Transcribe a recording, as OpenAI does',
  consumes: 'multipart',
  limit: 'upload',
  body: AudioForm,
  answer: 'any',
  errors: speechErrors,
})

export const openaiTranslate = endpoint({
  ...openai,
  method: 'POST',
  path: '/v1/audio/translations',
  summary: 'Transcribe a recording into English, as OpenAI does',
  consumes: 'multipart',
  limit: 'upload',
  body: AudioForm,
  answer: 'any',
  errors: speechErrors,
})

export const listSpeechModels = endpoint({
  ...openai,
  rate: 'read',
  method: 'GET',
  path: '/v1/models',
  summary: 'Models by which a recording can be transcribed: one body for clients of OpenAI and of Deepgram',
  answer: 'any',
})

export const getSpeechModel = endpoint({
  ...openai,
  rate: 'read',
  method: 'GET',
  path: '/v1/models/:model',
  summary: 'One model, by its name or its id',
  params: z.object({ model: z.string().max(200) }),
  answer: 'any',
  errors: ['not_found'],
})

export const deepgramListen = endpoint({
  ...deepgram,
  method: 'POST',
  path: '/v1/listen',
  summary: 'Transcribe the bytes of the body, or the file at a JSON `url`, as Deepgram does',
  consumes: 'raw',
  limit: 'upload',
  query: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  body: z.unknown(),
  answer: 'any',
  errors: speechErrors,
})

export const deepgramProjects = endpoint({
  ...deepgram,
  rate: 'read',
  method: 'GET',
  path: '/v1/projects',
  summary: 'The one project that each account has, as Deepgram lists it',
  answer: z.object({ projects: z.array(z.object({ project_id: z.string(), name: z.string() })) }),
})

export const deepgramProject = endpoint({
  ...deepgram,
  rate: 'read',
  method: 'GET',
  path: '/v1/projects/:project_id',
  summary: 'The project of this account',
  params: z.object({ project_id: z.string().max(100) }),
  answer: z.object({ project_id: z.string(), name: z.string() }),
  errors: ['not_found'],
})
