import { z } from 'zod'
import { endpoint } from './endpoint.ts'

const someText = (field: string, empty: string) =>
  z
    .string({
      error: ({ input }) => (input === undefined ? `Missing required field: ${field}` : `${field} must be a string`),
    })
    .refine((it) => it.trim() !== '', { error: empty })

/** An empty title is none: a file has to be called something. */
const titled = (fallback: string) =>
  z
    .string({ error: 'title must be a string' })
    .max(1000, { error: 'title must have at most 1000 characters' })
    .nullish()
    .transform((it) => it?.trim() || fallback)

const mustBeJson = { error: 'Request must be JSON' }

export const makeDocument = endpoint({
  family: 'platform',
  method: 'POST',
  path: '/documents/:format',
  summary: 'A Word or PDF file of a text, in any script.',
  permission: 'documents:use',
  params: z.object({ format: z.enum(['word', 'pdf'], { error: 'Unsupported format. Use: word, pdf' }) }),
  body: z.object({ text: someText('text', 'Text cannot be empty'), title: titled('Transcription Report') }, mustBeJson),
  consumes: 'json',
  limit: 'text',
  rate: 'write',
  answer: 'file',
  errors: ['bad_request', 'too_long', 'unavailable', 'timeout'],
})

export const makeReport = endpoint({
  family: 'platform',
  method: 'POST',
  path: '/reports/:format',
  summary: 'An Excel workbook of a transcript and what was found in it.',
  permission: 'documents:use',
  params: z.object({ format: z.enum(['excel'], { error: 'Unsupported format. Use: excel' }) }),
  body: z.object(
    {
      transcript: someText('transcript', 'Transcript cannot be empty'),
      analysis: z.unknown().optional(),
      title: titled('Transcription Analysis Report'),
    },
    mustBeJson,
  ),
  consumes: 'json',
  limit: 'text',
  rate: 'write',
  answer: 'file',
  errors: ['bad_request', 'too_long', 'unavailable', 'timeout'],
})

export const createTextFile = endpoint({
  family: 'platform',
  method: 'POST',
  path: '/utilities/text-file',
  summary: 'A text as a file to download.',
  permission: 'utilities:use',
  body: z.object({
    text: z.string({ error: 'Missing text parameter' }).min(1, { error: 'No text content provided' }),
    filename: z
      .string({ error: 'filename must be a string' })
      .nullish()
      .transform((it) => it?.trim() || 'output.txt'),
  }),
  consumes: 'form',
  limit: 'text',
  rate: 'write',
  answer: 'file',
  errors: ['bad_request', 'too_long'],
})
