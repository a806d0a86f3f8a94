import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { Time } from './shapes.ts'

/** The Platform family's own sign-up and keys, for scripts and apps: Bearer tokens instead of cookies. */

export const PlatformUser = z
  .object({
    id: z.uuid(),
    email: z.string(),
    first_name: z.string().nullable(),
    last_name: z.string().nullable(),
    company: z.string().nullable(),
    plan: z.string(),
    is_active: z.boolean(),
    email_verified: z.boolean(),
    created_at: Time,
    last_login: Time.nullable(),
    api_calls_month: z.int(),
    audio_minutes_month: z.number(),
  })
  .meta({ id: 'PlatformUser' })

const KeyInfo = z.object({
  id: z.uuid(),
  name: z.string(),
  prefix: z.string(),
  created_at: Time,
  expires_at: Time.nullable(),
  last_used: Time.nullable(),
  usage_count: z.int(),
  is_active: z.boolean(),
})

const Tokens = { access_token: z.string(), refresh_token: z.string() }
const Message = z.object({ message: z.string() })
const open = { family: 'platform', permission: 'public', csrf: 'origin', rate: 'login', method: 'POST' } as const
const own = { family: 'platform', refuses: ['key', 'static'] } as const

/** Missing and empty members get the service's own wording, so everything is optional here. */
const Text = z.string().max(1_024).optional()

export const platformRegister = endpoint({
  ...open,
  path: '/auth/register',
  summary: 'Sign up; answers tokens and a first API key',
  body: z.object({ email: Text, password: Text, first_name: Text, last_name: Text, company: Text }),
  status: 201,
  answer: z.object({ message: z.string(), user: PlatformUser, ...Tokens, api_key: z.string() }),
  errors: ['registration_closed', 'rate_limited'],
})

export const platformLogin = endpoint({
  ...open,
  path: '/auth/login',
  summary: 'Log in; answers tokens',
  body: z.object({ email: Text, password: Text }),
  answer: z.object({ message: z.string(), user: PlatformUser, ...Tokens }),
  errors: ['unauthorized', 'rate_limited'],
})

export const platformRefresh = endpoint({
  ...open,
  path: '/auth/refresh',
  summary: 'Exchange the refresh token, sent as Bearer, for new tokens',
  answer: z.object(Tokens),
  errors: ['unauthorized'],
})

export const platformLogout = endpoint({
  ...own,
  method: 'POST',
  path: '/auth/logout',
  summary: 'End this token and its session',
  permission: 'account:read',
  answer: Message,
})

export const platformProfile = endpoint({
  family: 'platform',
  method: 'GET',
  path: '/auth/profile',
  summary: 'Who am I, and my keys',
  permission: 'account:read',
  answer: z.object({ user: PlatformUser, api_keys: z.array(KeyInfo) }),
})

export const platformCreateKey = endpoint({
  ...own,
  method: 'POST',
  path: '/auth/api-keys',
  summary: 'Make an API key; it is shown this once',
  permission: 'account:write',
  body: z.object({
    name: z.string().trim().min(1).max(120),
    expires_in_days: z.coerce.number().int().min(1).max(3_650).default(365),
  }),
  status: 201,
  answer: z.object({ message: z.string(), api_key: z.string(), name: z.string() }),
})

const KeyId = z.object({ id: z.uuid() })

export const platformRevokeKey = endpoint({
  ...own,
  method: 'DELETE',
  path: '/auth/api-keys/:id',
  summary: 'Revoke a key',
  permission: 'account:write',
  params: KeyId,
  answer: Message,
  errors: ['not_found'],
})

export const platformRenewKey = endpoint({
  ...own,
  method: 'POST',
  path: '/auth/api-keys/:id/renew',
  summary: 'Give a key another year',
  permission: 'account:write',
  params: KeyId,
  answer: z.object({ message: z.string(), expires_at: Time.nullable() }),
  errors: ['not_found'],
})

export const platformRevokeUser = endpoint({
  ...own,
  method: 'POST',
  path: '/auth/revoke-user-tokens/:user_id',
  summary: "End all of a user's sessions (admin)",
  permission: 'admin:manage',
  params: z.object({ user_id: z.uuid() }),
  answer: Message,
  errors: ['not_found'],
})

/* Tokens of an external issuer */

export const oidcMe = endpoint({
  family: 'platform',
  method: 'GET',
  path: '/api/me',
  summary: "The claims of an external issuer's token",
  permission: 'account:read',
  answer: z.object({ user: z.record(z.string(), z.unknown()), user_id: z.string() }),
})

export const oidcUserinfo = endpoint({
  family: 'platform',
  method: 'GET',
  path: '/api/userinfo',
  summary: 'What the issuer knows about the bearer',
  permission: 'account:read',
  answer: z.record(z.string(), z.unknown()),
  errors: ['provider_failed', 'timeout', 'unavailable'],
})

export const protectedTest = endpoint({
  family: 'platform',
  method: 'GET',
  path: '/api/protected/test',
  summary: 'Does my credential work',
  permission: 'account:read',
  answer: z.object({ message: z.string(), user_id: z.string(), authenticated: z.literal(true) }),
})
