import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { User } from './identity.ts'
import { Cursor, Email, Id, Nothing, PageLimit, Time } from './shapes.ts'

const admin = { family: 'app', permission: 'admin:manage', refuses: ['key', 'static'] } as const

export const invite = endpoint({
  ...admin,
  method: 'POST',
  path: '/api/admin/invitations',
  summary: 'Invite somebody by mail',
  rate: 'mail',
  body: z.object({ email: Email, role: z.enum(['user', 'admin']).default('user') }),
  answer: z.object({ id: z.uuid(), url: z.string(), expires_at: Time, mail: z.enum(['smtp', 'outbox']) }),
  errors: ['exists'],
})

export const Invitation = z.object({
  id: z.uuid(),
  email: z.string(),
  role: z.enum(['user', 'admin']),
  created_at: Time,
  expires_at: Time,
})

export const listInvitations = endpoint({
  ...admin,
  method: 'GET',
  path: '/api/admin/invitations',
  summary: 'Invitations that nobody has used yet, newest first',
  answer: z.object({ items: z.array(Invitation) }),
})

export const revokeInvitation = endpoint({
  ...admin,
  method: 'DELETE',
  path: '/api/admin/invitations/:id',
  summary: 'Take an invitation back: its link opens nothing any more',
  params: Id,
  answer: Nothing,
  errors: ['not_found'],
})

export const AdminUser = User.omit({ settings: true }).extend({
  is_active: z.boolean(),
  conversations: z.int(),
  storage_bytes: z.number(),
  audio_minutes_month: z.number(),
})

export const listUsers = endpoint({
  ...admin,
  method: 'GET',
  path: '/api/admin/users',
  summary: 'Everybody with an account here',
  query: z.object({ q: z.string().max(200).optional(), limit: PageLimit(50, 200), cursor: Cursor }),
  answer: z.object({ items: z.array(AdminUser), next_cursor: z.string().nullable() }),
})

export const updateUser = endpoint({
  ...admin,
  method: 'PATCH',
  path: '/api/admin/users/:id',
  summary: 'Change a plan or role, deactivate or reactivate',
  params: Id,
  body: z
    .strictObject({
      plan: z.enum(['free', 'pro', 'enterprise']),
      role: z.enum(['user', 'admin']),
      is_active: z.boolean(),
    })
    .partial(),
  answer: z.object({ user: AdminUser }),
  errors: ['not_found', 'conflict'],
})

export const AdminJob = z.object({
  id: z.string(),
  queue: z.string(),
  state: z.string(),
  user_id: z.string().nullable(),
  subject_id: z.string().nullable(),
  attempts: z.int(),
  error: z.string().nullable(),
  created_at: Time,
  started_at: Time.nullable(),
  completed_at: Time.nullable(),
})

export const listQueue = endpoint({
  ...admin,
  method: 'GET',
  path: '/api/admin/jobs',
  summary: 'What the workers do',
  query: z.object({ state: z.string().max(20).optional(), limit: PageLimit(50, 200) }),
  answer: z.object({ items: z.array(AdminJob), counts: z.record(z.string(), z.int()) }),
})

const JobRef = z.object({ queue: z.string().max(60), id: z.string().max(60) })

export const retryQueued = endpoint({
  ...admin,
  method: 'POST',
  path: '/api/admin/jobs/:queue/:id/retry',
  summary: 'Try a failed job again',
  params: JobRef,
  answer: Nothing,
  errors: ['not_found', 'conflict'],
})

export const cancelQueued = endpoint({
  ...admin,
  method: 'POST',
  path: '/api/admin/jobs/:queue/:id/cancel',
  summary: 'Stop a job',
  params: JobRef,
  answer: Nothing,
  errors: ['not_found', 'conflict'],
})

export const systemHealth = endpoint({
  ...admin,
  method: 'GET',
  path: '/api/admin/health',
  summary: 'What is configured, what is missing, how it does',
  answer: z.object({
    version: z.string(),
    uptime_s: z.int(),
    checks: z.array(
      z.object({ name: z.string(), state: z.enum(['ok', 'off', 'degraded', 'down']), detail: z.string() }),
    ),
    storage: z.object({ kind: z.string(), used_bytes: z.number(), free_bytes: z.number().nullable() }),
  }),
})

export const Audit = z.object({
  id: z.string(),
  at: Time,
  actor_id: z.string().nullable(),
  /** The address of the account; null where nobody was signed in, or the account is gone. */
  actor: z.string().nullable(),
  action: z.string(),
  subject_id: z.string().nullable(),
  /** The address of the account that it was done to, where it was one. */
  subject: z.string().nullable(),
  ip: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
})

export const listAudit = endpoint({
  ...admin,
  method: 'GET',
  path: '/api/admin/audit',
  summary: 'The audit log, newest first',
  query: z.object({ limit: PageLimit(50, 200), cursor: Cursor, action: z.string().max(60).optional() }),
  answer: z.object({ items: z.array(Audit), next_cursor: z.string().nullable() }),
})
