import { randomBytes } from 'node:crypto'
import { Email } from '@mina/contract'
import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Config } from '../config/index.ts'
import type { AccountTools } from '../doors/cli/accounts.ts'
import { createRecovery, hashPassword } from '../features/identity/index.ts'
import { apiKeys, users } from '../platform/database/schema/index.ts'
import { silentLog } from '../platform/log.ts'
import { Refusal } from '../platform/refusal.ts'
import { composeAccess } from './access.ts'
import { openPlatform } from './platform.ts'
import { composePost } from './post.ts'

const PASSWORD_BYTES = 15

function addressOf(email: string): string {
  const { success, data } = Email.safeParse(email)
  if (!success) throw new Refusal('bad_request', `${email} is not an email address.`)
  return data
}

/** Accounts from the command line: joins the running database of this configuration, or starts it for the moment. */
export async function accountTools(config: Config): Promise<AccountTools> {
  const platform = await openPlatform(config, { log: silentLog })
  const { db, clock, limiter } = platform
  const access = composeAccess({ config, db, bus: platform.bus, clock, log: silentLog })
  const post = composePost({ config, clock, log: silentLog })
  const recovery = createRecovery({
    ...access,
    db,
    clock,
    limiter,
    log: silentLog,
    post: post.identity,
    publicBaseUrl: config.publicBaseUrl,
  })

  const find = async (email: string) => {
    const [row] = await db
      .select({ id: users.id })
      .from(users)
      .where(eq(users.email, addressOf(email)))
    if (!row)
      throw new Refusal(
        'not_found',
        `There is no account of ${email}. Sign up on the page, or: mina user create ${email}`,
      )
    return row.id
  }

  return {
    async createUser(email, role) {
      const password = `${randomBytes(PASSWORD_BYTES).toString('base64url')}7a`
      const [row] = await db
        .insert(users)
        .values({
          email: addressOf(email),
          password_hash: await hashPassword(password),
          role,
          email_verified: true,
        })
        .onConflictDoNothing()
        .returning({ id: users.id })
      if (!row) throw new Refusal('exists', `${email} has an account already.`)
      await access.audit.record({ action: 'register', actorId: row.id, details: { by: 'command line', role } })
      return { password }
    },
    async invite(email, role) {
      const invited = await recovery.invite(addressOf(email), role)
      await access.audit.record({ action: 'invite', subjectId: invited.id, details: { by: 'command line', role } })
      return invited
    },
    async promote(email) {
      const id = await find(email)
      await db.update(users).set({ role: 'admin' }).where(eq(users.id, id))
      await access.audit.record({
        action: 'admin_change',
        subjectId: id,
        details: { by: 'command line', role: 'admin' },
      })
    },
    async setActive(email, active) {
      const id = await find(email)
      await db.update(users).set({ is_active: active }).where(eq(users.id, id))
      if (!active) await access.sessions.endAll(id)
      await access.audit.record({ action: 'admin_change', subjectId: id, details: { by: 'command line', active } })
    },
    async createKey(email, name, days) {
      const made = await access.keys.create(await find(email), name, days)
      await access.audit.record({ action: 'key_create', subjectId: made.row.id, details: { by: 'command line' } })
      return made
    },
    async revokeKey(id) {
      if (!z.uuid().safeParse(id).success) return 0
      const rows = await db
        .update(apiKeys)
        .set({ is_active: false })
        .where(eq(apiKeys.id, id))
        .returning({ id: apiKeys.id })
      if (rows.length > 0)
        await access.audit.record({ action: 'key_revoke', subjectId: id, details: { by: 'command line' } })
      return rows.length
    },
    async close() {
      post.close()
      await platform.close()
    },
  }
}
