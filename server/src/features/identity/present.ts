import type { PlatformUser, User } from '@mina/contract'
import type { z } from 'zod'
import type { KeyRow } from '../../access/keys.ts'
import type { UserRow } from './repository.ts'

const iso = (at: Date | null) => at?.toISOString() ?? null

export const presentUser = (row: UserRow): User => ({
  id: row.id,
  email: row.email,
  name: row.name,
  tz: row.tz,
  email_verified: row.email_verified,
  role: row.role,
  plan: row.plan,
  created_at: row.created_at.toISOString(),
  last_login: iso(row.last_login),
  settings: row.settings,
})

export const presentPlatformUser = (
  row: UserRow,
  month: { api_calls: number; audio_seconds: number },
): z.output<typeof PlatformUser> => ({
  id: row.id,
  email: row.email,
  first_name: row.first_name,
  last_name: row.last_name,
  company: row.company,
  plan: row.plan,
  is_active: row.is_active,
  email_verified: row.email_verified,
  created_at: row.created_at.toISOString(),
  last_login: iso(row.last_login),
  api_calls_month: month.api_calls,
  audio_minutes_month: Math.round((month.audio_seconds / 60) * 100) / 100,
})

export const presentKey = (row: KeyRow) => ({
  ...row,
  created_at: row.created_at.toISOString(),
  expires_at: iso(row.expires_at),
  last_used: iso(row.last_used),
})
