import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { PageLimit, Time } from './shapes.ts'

export const UsageRow = z
  .object({
    id: z.string(),
    at: Time,
    service: z.string(),
    endpoint: z.string(),
    audio_seconds: z.number(),
    tokens: z.int(),
    characters: z.int(),
    cost_usd: z.number(),
    ip: z.string().nullable(),
    user_agent: z.string().nullable(),
  })
  .meta({ id: 'UsageRow' })

const Day = z.union([z.iso.date(), Time], { error: 'must be a day such as 2026-01-31, or a time in ISO 8601' })

export const getUsage = endpoint({
  family: 'platform',
  permission: 'usage:read',
  method: 'GET',
  path: '/usage',
  summary: 'What I used, by request and in sum',
  query: z.object({
    from: Day.optional(),
    to: Day.optional(),
    limit: PageLimit(100, 1000),
    offset: z.coerce.number().int().min(0).default(0),
  }),
  answer: z.object({
    usage: z.array(UsageRow),
    totals: z.object({
      requests: z.int(),
      audio_seconds: z.number(),
      tokens: z.number(),
      characters: z.number(),
      cost_usd: z.number(),
    }),
    by_day: z.array(z.object({ day: z.string(), requests: z.int(), audio_seconds: z.number(), cost_usd: z.number() })),
    by_service: z.array(
      z.object({ service: z.string(), requests: z.int(), audio_seconds: z.number(), cost_usd: z.number() }),
    ),
    month: z.object({ api_calls_month: z.int(), audio_minutes_month: z.number(), jobs_month: z.int() }),
    /** null: unlimited. */
    quota: z.object({ minutes: z.number().nullable(), jobs: z.number().nullable(), storage_gb: z.number().nullable() }),
    storage_bytes: z.number(),
  }),
})
