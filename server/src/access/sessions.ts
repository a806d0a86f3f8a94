import { createHmac } from 'node:crypto'
import type { Clock } from '../platform/clock.ts'
import type { Db } from '../platform/database/connect.ts'
import { sameText } from './csrf.ts'
import { sessionRows } from './session-rows.ts'
import { newSecret } from './tokens.ts'

const GRACE_MS = 10_000
const CACHE_MS = 1_000
const DAY_MS = 86_400_000
const ABSOLUTE_DAYS = 90
/** `last_seen_at` is for people to read: written at most this often. */
const SEEN_EVERY_MS = 60_000

export interface SessionOwner {
  id: string
  user_id: string
  kind: 'browser' | 'token'
}

export type Rotation =
  | { ok: true; session: SessionOwner; refreshToken: string }
  | { ok: false; reused: boolean; session: SessionOwner | null }

interface SessionsOptions {
  secret: string
  browserIdleDays: number
  tokenIdleDays: number
  clock: Clock
  /** Tells whoever holds something open for this session, such as sockets, in this process and the others. */
  onRevoked: (sessionIds: string[]) => void
}

const partsOf = (token: string) => {
  const [, id, generation, mac] = /^([0-9a-f-]{36})\.(\d{1,9})\.([^.]+)$/.exec(token) ?? []
  return id && generation && mac ? { id, generation: Number(generation), mac } : null
}

/**
 * Sessions of browsers and of platform tokens. A refresh token is `<id>.<generation>.<mac>`: derived, never stored.
 * Rotation happens in one locked transaction; for ten seconds the token before the current one gets the same successor
 * (a lost answer, a second tab), later it is taken for stolen and ends the session.
 */
export function createSessions(db: Db, options: SessionsOptions) {
  const { clock } = options
  const rows = sessionRows(db)
  const alive = new Map<string, { until: number; ok: boolean }>()
  const idleMs = (kind: SessionOwner['kind']) =>
    (kind === 'browser' ? options.browserIdleDays : options.tokenIdleDays) * DAY_MS

  const macOf = (id: string, salt: string, generation: number) =>
    createHmac('sha256', options.secret).update(`refresh:${id}:${salt}:${generation}`).digest('base64url')
  const tokenOf = (id: string, salt: string, generation: number) => `${id}.${generation}.${macOf(id, salt, generation)}`

  const forget = (ids: string[]) => {
    if (ids.length === 0) return
    for (const id of ids) alive.delete(id)
    options.onRevoked(ids)
  }

  return {
    async start(userId: string, kind: SessionOwner['kind'], from: { ip: string; userAgent: string }) {
      const now = clock.now()
      const salt = newSecret(16)
      const id = await rows.insert({
        user_id: userId,
        kind,
        salt,
        ip: from.ip,
        user_agent: from.userAgent.slice(0, 300),
        rotated_at: now,
        created_at: now,
        last_seen_at: now,
        idle_expires_at: new Date(now.getTime() + idleMs(kind)),
        expires_at: new Date(now.getTime() + ABSOLUTE_DAYS * DAY_MS),
      })
      return { id, refreshToken: tokenOf(id, salt, 0) }
    },

    /** Exchanges a refresh token of this kind for its successor. */
    async rotate(kind: SessionOwner['kind'], token: string): Promise<Rotation> {
      const parts = partsOf(token)
      if (!parts) return { ok: false, reused: false, session: null }
      const { id, generation, mac } = parts
      const result = await rows.locked(id, async (row, update): Promise<Rotation> => {
        if (!row || row.kind !== kind || !sameText(mac, macOf(row.id, row.salt, generation)))
          return { ok: false, reused: false, session: null }
        const now = clock.now()
        if (row.revoked_at || row.idle_expires_at <= now || row.expires_at <= now)
          return { ok: false, reused: false, session: row }
        if (generation === row.generation) {
          await update({
            generation: generation + 1,
            rotated_at: now,
            last_seen_at: now,
            idle_expires_at: new Date(now.getTime() + idleMs(kind)),
          })
          return { ok: true, session: row, refreshToken: tokenOf(row.id, row.salt, generation + 1) }
        }
        if (generation === row.generation - 1 && now.getTime() - row.rotated_at.getTime() <= GRACE_MS)
          return { ok: true, session: row, refreshToken: tokenOf(row.id, row.salt, row.generation) }
        await update({ revoked_at: now })
        return { ok: false, reused: true, session: row }
      })
      if (!result.ok && result.reused && result.session) forget([result.session.id])
      return result
    },

    /** Whether the session behind an access token still lives; remembered for a second at most. */
    async lives(sessionId: string): Promise<boolean> {
      const now = clock.now().getTime()
      const known = alive.get(sessionId)
      if (known && known.until > now) return known.ok
      const row = await rows.find(sessionId)
      const ok =
        row !== null && row.revoked_at === null && row.expires_at.getTime() > now && row.idle_expires_at.getTime() > now
      if (alive.size > 50_000) alive.clear()
      alive.set(sessionId, { until: now + CACHE_MS, ok })
      if (ok && now - row.last_seen_at.getTime() > SEEN_EVERY_MS)
        await rows.seen(sessionId, new Date(now), new Date(now + idleMs(row.kind)))
      return ok
    },

    /** Of a refresh token that was really given out, whether or not it is still the current one. */
    async owner(token: string) {
      const parts = partsOf(token)
      const row = parts && (await rows.find(parts.id))
      return row && sameText(parts.mac, macOf(row.id, row.salt, parts.generation)) ? row : null
    },

    list: (userId: string) => rows.of(userId, clock.now()),

    /** True where the session was this user's and lived. */
    async end(userId: string, sessionId: string) {
      const ended = await rows.revoke(clock.now(), userId, sessionId)
      forget(ended)
      return ended.length > 0
    },

    async endAll(userId: string, except?: string) {
      const ended = await rows.revokeAll(clock.now(), userId, except)
      forget(ended)
      return ended.length
    },

    /** Called for what another process revoked. */
    forgetCached: (ids: string[]) => {
      for (const id of ids) alive.delete(id)
    },
    sweep: (before: Date) => rows.sweep(before),
  }
}

export type Sessions = ReturnType<typeof createSessions>
