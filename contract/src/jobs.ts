import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { Id, Time } from './shapes.ts'

export const JobType = z.enum(['transcription', 'translation'])
export const JobStatus = z.enum(['queued', 'processing', 'done', 'failed'])

export const Artifact = z
  .object({
    id: z.uuid(),
    job_id: z.uuid(),
    kind: z.enum(['transcript', 'translation', 'srt', 'json']),
    storage_ref: z.string(),
  })
  .meta({ id: 'Artifact' })

export const Job = z
  .object({
    id: z.uuid(),
    user_id: z.uuid(),
    type: JobType,
    status: JobStatus,
    progress: z.number(),
    input_ref: z.string().nullable(),
    error_message: z.string().nullable(),
    created_at: Time,
    completed_at: Time.nullable(),
    artifacts: z.array(Artifact),
  })
  .meta({ id: 'Job' })
export type Job = z.output<typeof Job>

const saas = { family: 'platform', refuses: ['static'] } as const

/** JSON, or multipart with `type`, `file` and `options` as JSON text. The service says what is wrong in the caller's words. */
export const createJob = endpoint({
  ...saas,
  method: 'POST',
  path: '/saas/jobs',
  summary:
    'Have a recording transcribed or a text translated in the background; an `Idempotency-Key` sent again makes no second job',
  permission: 'jobs:write',
  rate: 'speech',
  consumes: 'json-or-multipart',
  limit: 'upload',
  headers: z.object({
    'idempotency-key': z
      .string()
      .min(1)
      .max(255)
      .optional()
      .describe(
        'A name of yours for this request. Sent again within 24 hours with the same request, the answer is the job that was made the first time, as it stands now; with another request it is 422 with the code conflict.',
      ),
  }),
  body: z.strictObject({
    type: JobType,
    input_ref: z.string().max(2_000).optional(),
    options: z
      .union([
        z.strictObject({
          language: z.string().max(35).optional(),
          target_language: z.string().max(35).optional(),
          provider: z.string().max(20).optional(),
          diarize: z.boolean().optional(),
        }),
        z.string().max(10_000),
      ])
      .optional(),
  }),
  status: 201,
  answer: Job,
  errors: [
    'bad_request',
    'quota_exceeded',
    'too_large',
    'too_long',
    'unsupported_type',
    'unprocessable_audio',
    'unsupported_language',
    'unavailable',
    'storage_full',
  ],
})

export const listJobs = endpoint({
  ...saas,
  method: 'GET',
  path: '/saas/jobs',
  summary: 'My jobs, newest first',
  permission: 'jobs:read',
  query: z.object({
    status: JobStatus.optional(),
    type: JobType.optional(),
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .transform((it) => Math.min(it, 500))
      .default(100),
    offset: z.coerce.number().int().min(0).default(0),
  }),
  answer: z.object({ jobs: z.array(Job), total: z.int(), limit: z.int(), offset: z.int() }),
})

export const getJob = endpoint({
  ...saas,
  method: 'GET',
  path: '/saas/jobs/:id',
  summary: 'A job',
  permission: 'jobs:read',
  params: Id,
  answer: Job,
  errors: ['not_found', 'forbidden'],
})

export const deleteJob = endpoint({
  ...saas,
  method: 'DELETE',
  path: '/saas/jobs/:id',
  summary: 'Stop a job and remove its files',
  permission: 'jobs:write',
  params: Id,
  answer: z.object({ message: z.string() }),
  errors: ['not_found', 'forbidden'],
})

export const listArtifacts = endpoint({
  ...saas,
  method: 'GET',
  path: '/saas/jobs/:id/artifacts',
  summary: 'What a job made',
  permission: 'jobs:read',
  params: Id,
  answer: z.object({ job_id: z.uuid(), artifacts: z.array(Artifact) }),
  errors: ['not_found', 'forbidden'],
})

export const downloadArtifact = endpoint({
  ...saas,
  method: 'GET',
  path: '/saas/artifacts/:id/download',
  summary: 'A signed link that works for five minutes',
  permission: 'jobs:read',
  params: Id,
  answer: z.object({
    artifact_id: z.uuid(),
    job_id: z.uuid(),
    kind: z.string(),
    download_url: z.string(),
    expires_in_seconds: z.int(),
  }),
  errors: ['not_found', 'forbidden'],
})

/** What a signed link opens; carries no credentials. */
export const signedDownload = endpoint({
  family: 'platform',
  method: 'GET',
  path: '/saas/files/:link',
  summary: 'Download by a signed link',
  permission: 'public',
  rate: 'token',
  params: z.object({ link: z.string().max(2_000) }),
  answer: 'file',
  errors: ['forbidden', 'not_found'],
})
