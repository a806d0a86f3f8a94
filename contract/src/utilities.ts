import { z } from 'zod'
import { endpoint } from './endpoint.ts'

export const audioDuration = endpoint({
  family: 'platform',
  permission: 'utilities:use',
  method: 'POST',
  path: '/utilities/audio-duration',
  summary: 'How long a recording is',
  consumes: 'multipart',
  limit: 'upload',
  rate: 'speech',
  answer: z.object({ message: z.string(), duration_minutes: z.number() }),
  errors: ['bad_request', 'too_large', 'too_long', 'unsupported_type', 'unprocessable_audio'],
})

export const logUsage = endpoint({
  family: 'platform',
  permission: 'utilities:use',
  method: 'POST',
  path: '/utilities/log-usage',
  summary: 'Enter a file in the billing log of a user code',
  consumes: 'form',
  body: z.object({
    user_code: z.string().optional(),
    fileName: z.string().optional(),
    duration: z.string().optional(),
  }),
  answer: z.object({
    message: z.string(),
    user_code: z.string(),
    filename: z.string(),
    duration: z.number(),
    cost_per_minute: z.string(),
    total_cost: z.string(),
    Billed: z.literal('YES'),
  }),
  errors: ['forbidden'],
})
