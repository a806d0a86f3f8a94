import { and, eq } from 'drizzle-orm'
import type { Clock } from '../platform/clock.ts'
import type { Db } from '../platform/database/connect.ts'
import { identities, users } from '../platform/database/schema/index.ts'

const CACHE_MS = 1_000

export interface Person {
  id: string
  email: string
  role: 'user' | 'admin'
  plan: 'free' | 'pro' | 'enterprise'
}

const SYSTEM_EMAIL = 'system@mina.invalid'

/** The account behind a credential, remembered for a second at most: a disabled account is out within that time. */
export function createPeople(db: Db, clock: Clock) {
  const known = new Map<string, { until: number; person: Person | null }>()
  let systemId: string | null = null

  const columns = { id: users.id, email: users.email, role: users.role, plan: users.plan }

  async function active(id: string): Promise<Person | null> {
    const now = clock.now().getTime()
    const cached = known.get(id)
    if (cached && cached.until > now) return cached.person
    const [row] = await db
      .select(columns)
      .from(users)
      .where(and(eq(users.id, id), eq(users.is_active, true)))
    if (known.size > 50_000) known.clear()
    known.set(id, { until: now + CACHE_MS, person: row ?? null })
    return row ?? null
  }

  return {
    active,

    /** The user of an external identity, made at its first token. Never found by mail: a mail is only a claim. */
    async ofIdentity(issuer: string, subject: string): Promise<Person | null> {
      const find = async () => {
        const [row] = await db
          .select({ user_id: identities.user_id })
          .from(identities)
          .where(and(eq(identities.issuer, issuer), eq(identities.subject, subject)))
        return row
      }
      const found = await find()
      if (found) return await active(found.user_id)
      const made = await db.transaction(async (tx) => {
        const [user] = await tx
          .insert(users)
          .values({ email: `${crypto.randomUUID()}@identity.invalid`, name: null })
          .returning({ id: users.id })
        const [identity] = await tx
          .insert(identities)
          .values({ user_id: user!.id, issuer, subject })
          .onConflictDoNothing()
          .returning({ user_id: identities.user_id })
        if (!identity) await tx.delete(users).where(eq(users.id, user!.id))
        return identity ?? null
      })
      const owner = made ?? (await find())
      return owner ? await active(owner.user_id) : null
    },

    /** The built-in account of the static key. */
    async system(): Promise<Person | null> {
      if (!systemId) {
        await db
          .insert(users)
          .values({ email: SYSTEM_EMAIL, name: 'system', plan: 'enterprise', is_system: true, email_verified: true })
          .onConflictDoNothing()
        const [row] = await db.select({ id: users.id }).from(users).where(eq(users.email, SYSTEM_EMAIL))
        systemId = row!.id
      }
      return await active(systemId)
    },

    forget: (id: string) => known.delete(id),
  }
}

export type People = ReturnType<typeof createPeople>
