import { and, desc, eq, gt, isNull, lt, or, sql } from 'drizzle-orm'
import type { Clock } from '../platform/clock.ts'
import type { Db } from '../platform/database/connect.ts'
import { apiKeys } from '../platform/database/schema/index.ts'
import { hashOf, newSecret } from './tokens.ts'

const DAY_MS = 86_400_000
const CACHE_MS = 1_000
/** Uses are counted in memory and written together. */
const FLUSH_MS = 5_000

export const isApiKey = (text: string) => text.startsWith('usr_')

type Row = typeof apiKeys.$inferSelect
export type KeyRow = Omit<Row, 'hash' | 'user_id' | 'expiry_notified_at'>

const shown = {
  id: apiKeys.id,
  name: apiKeys.name,
  prefix: apiKeys.prefix,
  created_at: apiKeys.created_at,
  expires_at: apiKeys.expires_at,
  last_used: apiKeys.last_used,
  usage_count: apiKeys.usage_count,
  is_active: apiKeys.is_active,
}

/** API keys: shown once, kept as hashes, looked up by hash. */
export function createKeys(db: Db, clock: Clock) {
  const known = new Map<string, { until: number; row: { id: string; userId: string } | null }>()
  const uses = new Map<string, { count: number; since: number }>()

  const write = async (id: string) => {
    const use = uses.get(id)
    if (!use || use.count === 0) return
    const { count } = use
    uses.set(id, { count: 0, since: clock.now().getTime() })
    await db
      .update(apiKeys)
      .set({ last_used: clock.now(), usage_count: sql`${apiKeys.usage_count} + ${count}` })
      .where(eq(apiKeys.id, id))
  }

  return {
    async create(userId: string, name: string, days: number): Promise<{ row: KeyRow; secret: string }> {
      const now = clock.now()
      const secret = `usr_${userId.replaceAll('-', '')}_${newSecret(32)}`
      const [row] = await db
        .insert(apiKeys)
        .values({
          user_id: userId,
          name,
          prefix: `${secret.slice(0, 8)}…${secret.slice(-4)}`,
          hash: hashOf(secret),
          created_at: now,
          expires_at: new Date(now.getTime() + days * DAY_MS),
        })
        .returning(shown)
      return { row: row!, secret }
    },

    /** Whose key this is; null for one that is unknown, expired or revoked. */
    async find(secret: string): Promise<{ id: string; userId: string } | null> {
      const hash = hashOf(secret)
      const now = clock.now()
      const cached = known.get(hash)
      if (cached && cached.until > now.getTime()) return cached.row
      const [row] = await db
        .select({ id: apiKeys.id, userId: apiKeys.user_id })
        .from(apiKeys)
        .where(
          and(
            eq(apiKeys.hash, hash),
            eq(apiKeys.is_active, true),
            or(isNull(apiKeys.expires_at), gt(apiKeys.expires_at, now)),
          ),
        )
      if (known.size > 20_000) known.clear()
      known.set(hash, { until: now.getTime() + CACHE_MS, row: row ?? null })
      return row ?? null
    },

    /** Asked again while something long-lived goes on with a key. */
    async lives(id: string) {
      const now = clock.now()
      const [row] = await db
        .select({ id: apiKeys.id })
        .from(apiKeys)
        .where(
          and(
            eq(apiKeys.id, id),
            eq(apiKeys.is_active, true),
            or(isNull(apiKeys.expires_at), gt(apiKeys.expires_at, now)),
          ),
        )
      return row !== undefined
    },

    async used(id: string) {
      const now = clock.now().getTime()
      const use = uses.get(id) ?? { count: 0, since: 0 }
      uses.set(id, { count: use.count + 1, since: use.since })
      if (now - use.since > FLUSH_MS) await write(id)
    },

    list: (userId: string): Promise<KeyRow[]> =>
      db.select(shown).from(apiKeys).where(eq(apiKeys.user_id, userId)).orderBy(desc(apiKeys.created_at)),

    async revoke(userId: string, id: string) {
      const rows = await db
        .update(apiKeys)
        .set({ is_active: false })
        .where(and(eq(apiKeys.id, id), eq(apiKeys.user_id, userId)))
        .returning({ id: apiKeys.id })
      known.clear()
      return rows.length > 0
    },

    async renew(userId: string, id: string, days = 365): Promise<KeyRow | null> {
      const [row] = await db
        .update(apiKeys)
        .set({ expires_at: new Date(clock.now().getTime() + days * DAY_MS), expiry_notified_at: null })
        .where(and(eq(apiKeys.id, id), eq(apiKeys.user_id, userId), eq(apiKeys.is_active, true)))
        .returning(shown)
      known.clear()
      return row ?? null
    },

    /** Keys that expire within so many days and whose owners were not told yet; marks them as told. */
    async expiring(days: number) {
      const now = clock.now()
      return await db
        .update(apiKeys)
        .set({ expiry_notified_at: now })
        .where(
          and(
            eq(apiKeys.is_active, true),
            isNull(apiKeys.expiry_notified_at),
            gt(apiKeys.expires_at, now),
            lt(apiKeys.expires_at, new Date(now.getTime() + days * DAY_MS)),
          ),
        )
        .returning({ id: apiKeys.id, user_id: apiKeys.user_id, name: apiKeys.name, expires_at: apiKeys.expires_at })
    },

    /** The notice did not get through: the next round tries again. */
    async notTold(id: string) {
      await db.update(apiKeys).set({ expiry_notified_at: null }).where(eq(apiKeys.id, id))
    },

    async close() {
      for (const id of uses.keys()) await write(id)
    },
  }
}

export type Keys = ReturnType<typeof createKeys>
