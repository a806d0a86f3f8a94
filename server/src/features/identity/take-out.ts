import { and, asc, eq, getTableColumns, ne } from 'drizzle-orm'
import type { Db } from '../../platform/database/connect.ts'
import { apiKeys, audit, identities, sessions, users } from '../../platform/database/schema/index.ts'

const { password_hash, is_system, ...profileColumns } = getTableColumns(users)
const { salt, generation, user_id: ofSession, ...sessionColumns } = getTableColumns(sessions)
const { hash, user_id: ofKey, ...keyColumns } = getTableColumns(apiKeys)
const { user_id: ofIdentity, ...identityColumns } = getTableColumns(identities)
const { actor_id, ...activityColumns } = getTableColumns(audit)

/** What a person takes along of the account itself: nothing in it opens anything. */
export const accountTakeOut = (db: Db) =>
  async function* (userId: string) {
    const file = (path: string, rows: unknown) => ({ path, content: JSON.stringify(rows, null, 2) })
    const [profile] = await db.select(profileColumns).from(users).where(eq(users.id, userId))
    yield file('profile.json', profile)
    yield file('sessions.json', await db.select(sessionColumns).from(sessions).where(eq(sessions.user_id, userId)))
    yield file('keys.json', await db.select(keyColumns).from(apiKeys).where(eq(apiKeys.user_id, userId)))
    yield file(
      'identities.json',
      await db.select(identityColumns).from(identities).where(eq(identities.user_id, userId)),
    )
    // What was refused names what belongs to others.
    const own = and(eq(audit.actor_id, userId), ne(audit.action, 'denied'))
    yield file('activity.json', await db.select(activityColumns).from(audit).where(own).orderBy(asc(audit.id)))
  }
