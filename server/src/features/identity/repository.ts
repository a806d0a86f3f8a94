import { and, asc, desc, eq, gt, ilike, inArray, isNull, or, sql } from 'drizzle-orm'
import type { Db } from '../../platform/database/connect.ts'
import { isUniqueViolation } from '../../platform/database/errors.ts'
import {
  knownAddresses,
  oneTimeTokens,
  revokedTokens,
  usageMonths,
  users,
} from '../../platform/database/schema/index.ts'

export type UserRow = typeof users.$inferSelect
export type Purpose = (typeof oneTimeTokens.$inferSelect)['purpose']

const stillServes = (purposes: readonly Purpose[], hash: string, now: Date) =>
  and(
    eq(oneTimeTokens.hash, hash),
    inArray(oneTimeTokens.purpose, [...purposes]),
    isNull(oneTimeTokens.used_at),
    gt(oneTimeTokens.expires_at, now),
  )

/** Accounts, one-time tokens and what an administrator sees of them. */
export const identityRepository = (db: Db) => {
  const oneUser = db
    .select()
    .from(users)
    .where(eq(users.id, sql.placeholder('id')))
    .prepare('user')

  return {
    async byEmail(email: string): Promise<UserRow | null> {
      const [row] = await db.select().from(users).where(eq(users.email, email))
      return row ?? null
    },
    async byId(id: string): Promise<UserRow | null> {
      const [row] = await oneUser.execute({ id })
      return row ?? null
    },
    /** null where the address is taken. */
    async insert(it: typeof users.$inferInsert): Promise<UserRow | null> {
      const [row] = await db.insert(users).values(it).onConflictDoNothing().returning()
      return row ?? null
    },
    async update(id: string, it: Partial<UserRow>): Promise<UserRow | null> {
      const [row] = await db
        .update(users)
        .set({ ...it, updated_at: new Date() })
        .where(eq(users.id, id))
        .returning()
      return row ?? null
    },
    /** False where the address is taken; also of two who take it at once. */
    async takeAddress(id: string, email: string): Promise<boolean> {
      try {
        return (await this.update(id, { email, email_verified: true })) !== null
      } catch (error) {
        if (isUniqueViolation(error)) return false
        throw error
      }
    },
    async delete(id: string) {
      await db.delete(users).where(eq(users.id, id))
    },
    async hasAdmin() {
      const [row] = await db.select({ id: users.id }).from(users).where(eq(users.role, 'admin')).limit(1)
      return row !== undefined
    },
    async monthOf(userId: string, month: string) {
      const [row] = await db
        .select({ api_calls: usageMonths.api_calls, audio_seconds: usageMonths.audio_seconds })
        .from(usageMonths)
        .where(and(eq(usageMonths.user_id, userId), eq(usageMonths.month, month)))
      return row ?? { api_calls: 0, audio_seconds: 0 }
    },

    async addToken(it: typeof oneTimeTokens.$inferInsert) {
      const [row] = await db.insert(oneTimeTokens).values(it).returning({ id: oneTimeTokens.id })
      return row!.id
    },
    /** Uses a token up, in one statement: of twenty at once exactly one gets it. */
    async useToken(purposes: Purpose[], hash: string, now: Date) {
      const [row] = await db
        .update(oneTimeTokens)
        .set({ used_at: now })
        .where(stillServes(purposes, hash, now))
        .returning()
      return row ?? null
    },
    async peekToken(purposes: Purpose[], hash: string, now: Date) {
      const [row] = await db
        .select()
        .from(oneTimeTokens)
        .where(stillServes(purposes, hash, now))
      return row ?? null
    },
    /** Earlier links of the same kind end when a new one is sent, and when they have served. */
    async dropTokens(userId: string, ...purposes: Purpose[]) {
      await db
        .delete(oneTimeTokens)
        .where(and(eq(oneTimeTokens.user_id, userId), inArray(oneTimeTokens.purpose, purposes)))
    },
    openInvitations: (now: Date) =>
      db
        .select()
        .from(oneTimeTokens)
        .where(
          and(eq(oneTimeTokens.purpose, 'invite'), isNull(oneTimeTokens.used_at), gt(oneTimeTokens.expires_at, now)),
        )
        .orderBy(desc(oneTimeTokens.created_at)),
    async dropInvitation(id: string) {
      const gone = await db
        .delete(oneTimeTokens)
        .where(and(eq(oneTimeTokens.id, id), eq(oneTimeTokens.purpose, 'invite'), isNull(oneTimeTokens.used_at)))
        .returning({ email: oneTimeTokens.email })
      return gone[0] ?? null
    },
    async dropSetupTokens() {
      await db.delete(oneTimeTokens).where(eq(oneTimeTokens.purpose, 'setup'))
    },

    async knowsAddress(userId: string, addressHash: string) {
      const [row] = await db
        .select({ user_id: knownAddresses.user_id })
        .from(knownAddresses)
        .where(and(eq(knownAddresses.user_id, userId), eq(knownAddresses.address_hash, addressHash)))
      return row !== undefined
    },
    async rememberAddress(userId: string, addressHash: string) {
      await db
        .insert(knownAddresses)
        .values({ user_id: userId, address_hash: addressHash })
        .onConflictDoUpdate({
          target: [knownAddresses.user_id, knownAddresses.address_hash],
          set: { seen_at: new Date() },
        })
    },

    async revokeToken(jti: string, expiresAt: Date) {
      await db.insert(revokedTokens).values({ jti, expires_at: expiresAt }).onConflictDoNothing()
    },
    async sweep(now: Date) {
      await db.delete(revokedTokens).where(sql`${revokedTokens.expires_at} < ${now}`)
      await db.delete(oneTimeTokens).where(sql`${oneTimeTokens.expires_at} < ${now}`)
    },

    listForAdmin: (q: string | undefined, after: { email: string } | null, limit: number, month: string) =>
      db
        .select({
          user: users,
          // Named in full: in a query of one table Drizzle leaves the table's name away, and inner columns would hide ours.
          conversations: sql<number>`(select count(*)::int from conversations c where c.user_id = users.id and c.deleted_at is null)`,
          storage_bytes: sql<number>`(select coalesce(sum(r.size), 0)::float8 from recordings r where r.user_id = users.id and r.removed_at is null)`,
          audio_seconds: sql<number>`coalesce((select m.audio_seconds from usage_months m where m.user_id = users.id and m.month = ${month}), 0)::float8`,
        })
        .from(users)
        .where(
          and(
            eq(users.is_system, false),
            q ? or(ilike(users.email, contains(q)), ilike(users.name, contains(q))) : undefined,
            after ? gt(users.email, after.email) : undefined,
          ),
        )
        .orderBy(asc(users.email))
        .limit(limit),
  }
}

/** The text itself anywhere, none of it a pattern. */
const contains = (text: string) => `%${text.replace(/[\\%_]/g, '\\$&')}%`

export type IdentityRepository = ReturnType<typeof identityRepository>
