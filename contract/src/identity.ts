import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { Email, Id, Nothing, Time } from './shapes.ts'

/** Text without NUL, which PostgreSQL can not keep. */
const plainText = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .regex(/^[^\0]*$/, { error: 'holds a character that is not text' })

/** The rule itself (length, letter, digit, commonness) is the server's, with a message that says what is missing. */
const Password = z.string().max(1024)
const TimeZone = z.string().max(64)
const Token = z.string().min(1).max(512)

export const User = z
  .object({
    id: z.uuid(),
    email: z.string(),
    name: z.string().nullable(),
    tz: z.string(),
    email_verified: z.boolean(),
    role: z.enum(['user', 'admin']),
    plan: z.enum(['free', 'pro', 'enterprise']),
    created_at: Time,
    last_login: Time.nullable(),
    settings: z.object({
      language: z.string().nullable(),
      notify_long_files: z.boolean(),
      keep_audio_days: z.int().nullable(),
      keep_conversations_days: z.int().nullable(),
    }),
  })
  .meta({ id: 'User' })
export type User = z.output<typeof User>

const WithUser = z.object({ user: User })
/** Where the mail went when no mail server is configured, so that the page can say so. */
const MailSent = z.object({ mail: z.enum(['smtp', 'outbox']) })

const app = { family: 'app' } as const
const own = { family: 'app', refuses: ['key', 'static'] } as const

export const register = endpoint({
  ...app,
  method: 'POST',
  path: '/api/auth/register',
  summary: 'Sign up',
  permission: 'public',
  csrf: 'origin',
  rate: 'login',
  body: z.object({
    email: Email,
    password: Password,
    name: plainText(120).optional(),
    tz: TimeZone.optional(),
    /** An invitation, or the one-time link of a fresh installation. */
    invitation: Token.optional(),
  }),
  answer: z.object({ user: User, mail: z.enum(['smtp', 'outbox']) }),
  errors: ['exists', 'registration_closed', 'rate_limited'],
})

export const login = endpoint({
  ...app,
  method: 'POST',
  path: '/api/auth/login',
  summary: 'Log in; sets the session cookies',
  permission: 'public',
  csrf: 'origin',
  rate: 'login',
  body: z.object({ email: Email, password: Password }),
  answer: WithUser,
  errors: ['unauthorized', 'rate_limited'],
})

export const logout = endpoint({
  ...app,
  method: 'POST',
  path: '/api/auth/logout',
  summary: 'Log out of this session',
  permission: 'public',
  csrf: 'token',
  answer: Nothing,
})

export const refresh = endpoint({
  ...app,
  method: 'POST',
  path: '/api/auth/refresh',
  summary: 'Exchange the refresh cookie for new cookies',
  permission: 'public',
  csrf: 'token',
  answer: WithUser,
  errors: ['unauthorized'],
})

export const me = endpoint({
  ...app,
  method: 'GET',
  path: '/api/auth/me',
  summary: 'Who am I',
  permission: 'account:read',
  answer: WithUser,
})

export const updateMe = endpoint({
  ...own,
  method: 'PATCH',
  path: '/api/auth/me',
  summary: 'Change my name, time zone and settings',
  permission: 'account:write',
  body: z.strictObject({
    name: plainText(120).nullable().optional(),
    tz: TimeZone.optional(),
    settings: z
      .strictObject({
        language: z.string().max(16).nullable(),
        notify_long_files: z.boolean(),
        keep_audio_days: z.int().min(1).max(36_500).nullable(),
        keep_conversations_days: z.int().min(1).max(36_500).nullable(),
      })
      .partial()
      .optional(),
  }),
  answer: WithUser,
})

export const changePassword = endpoint({
  ...own,
  method: 'POST',
  path: '/api/auth/change-password',
  summary: 'Change my password; ends my other sessions',
  permission: 'account:write',
  rate: 'login',
  body: z.object({ old_password: Password, new_password: Password }),
  answer: Nothing,
  errors: ['unauthorized'],
})

export const changeEmail = endpoint({
  ...own,
  method: 'POST',
  path: '/api/auth/change-email',
  summary: 'Change my address; the new one must be verified',
  permission: 'account:write',
  rate: 'login',
  body: z.object({ email: Email, password: Password }),
  answer: MailSent,
  errors: ['unauthorized', 'exists'],
})

export const requestPasswordReset = endpoint({
  ...app,
  method: 'POST',
  path: '/api/auth/request-password-reset',
  summary: 'Send a mail with a link to set a new password, if the account exists',
  permission: 'public',
  csrf: 'origin',
  rate: 'mail',
  body: z.object({ email: Email }),
  answer: MailSent,
  errors: ['rate_limited'],
})

export const resetPassword = endpoint({
  ...app,
  method: 'POST',
  path: '/api/auth/reset-password',
  summary: 'Set a new password with the token of the mail',
  permission: 'public',
  csrf: 'origin',
  rate: 'token',
  body: z.object({ token: Token, new_password: Password }),
  answer: Nothing,
  errors: ['unauthorized'],
})

export const verifyEmail = endpoint({
  ...app,
  method: 'POST',
  path: '/api/auth/verify-email',
  summary: 'Confirm an address with the token of the mail',
  permission: 'public',
  csrf: 'origin',
  rate: 'token',
  body: z.object({ token: Token }),
  answer: Nothing,
  errors: ['unauthorized', 'exists'],
})

export const resendVerification = endpoint({
  ...own,
  method: 'POST',
  path: '/api/auth/resend-verification',
  summary: 'Send the confirmation mail again',
  permission: 'account:write',
  rate: 'mail',
  answer: MailSent,
  errors: ['rate_limited'],
})

export const Session = z.object({
  id: z.uuid(),
  current: z.boolean(),
  kind: z.enum(['browser', 'token']),
  ip: z.string().nullable(),
  user_agent: z.string().nullable(),
  created_at: Time,
  last_seen_at: Time,
})

export const listSessions = endpoint({
  ...own,
  method: 'GET',
  path: '/api/auth/sessions',
  summary: 'Where I am signed in',
  permission: 'account:read',
  answer: z.object({ items: z.array(Session) }),
})

export const endSession = endpoint({
  ...own,
  method: 'DELETE',
  path: '/api/auth/sessions/:id',
  summary: 'Sign out elsewhere',
  permission: 'account:write',
  params: Id,
  answer: Nothing,
  errors: ['not_found'],
})

export const exportMe = endpoint({
  ...own,
  method: 'GET',
  path: '/api/auth/export',
  summary: 'Everything about me, as a zip',
  permission: 'account:read',
  answer: 'file',
})

export const deleteMe = endpoint({
  ...own,
  method: 'DELETE',
  path: '/api/auth/me',
  summary: 'Delete my account and all my files, at once and for good',
  permission: 'account:write',
  rate: 'login',
  body: z.object({ password: Password }),
  answer: Nothing,
  errors: ['unauthorized'],
})

/* Keys, for the settings page. The Platform family has its own calls under /auth. */

export const ApiKey = z
  .object({
    id: z.uuid(),
    name: z.string(),
    prefix: z.string(),
    created_at: Time,
    expires_at: Time.nullable(),
    last_used: Time.nullable(),
    usage_count: z.int(),
    is_active: z.boolean(),
  })
  .meta({ id: 'ApiKey' })
export type ApiKey = z.output<typeof ApiKey>

export const NewApiKey = z.object({
  name: plainText(120).min(1),
  expires_in_days: z.coerce.number().int().min(1).max(3650).default(365),
})

export const listKeys = endpoint({
  ...own,
  method: 'GET',
  path: '/api/keys',
  summary: 'My API keys',
  permission: 'account:read',
  answer: z.object({ items: z.array(ApiKey) }),
})

export const createKey = endpoint({
  ...own,
  method: 'POST',
  path: '/api/keys',
  summary: 'Make an API key; it is shown this once',
  permission: 'account:write',
  body: NewApiKey,
  answer: z.object({ key: ApiKey, api_key: z.string() }),
})

export const renewKey = endpoint({
  ...own,
  method: 'POST',
  path: '/api/keys/:id/renew',
  summary: 'Give a key another year',
  permission: 'account:write',
  params: Id,
  answer: z.object({ key: ApiKey }),
  errors: ['not_found'],
})

export const revokeKey = endpoint({
  ...own,
  method: 'DELETE',
  path: '/api/keys/:id',
  summary: 'Revoke a key',
  permission: 'account:write',
  params: Id,
  answer: Nothing,
  errors: ['not_found'],
})

export const linkOidc = endpoint({
  ...own,
  method: 'POST',
  path: '/api/auth/link',
  summary: 'Link my account to an identity of the configured issuer',
  permission: 'account:write',
  body: z.object({ token: z.string().min(1).max(16_384) }),
  answer: Nothing,
  errors: ['unauthorized', 'exists'],
})
