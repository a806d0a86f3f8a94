import { and, desc, eq, getTableColumns, lt, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { Db } from '../platform/database/connect.ts'
import { audit, users } from '../platform/database/schema/index.ts'
import type { Log } from '../platform/log.ts'

export type AuditAction =
  | 'login'
  | 'login_failed'
  | 'logout'
  | 'register'
  | 'token_reuse'
  | 'password_change'
  | 'password_reset'
  | 'email_change'
  | 'identity_link'
  | 'key_create'
  | 'key_revoke'
  | 'invite'
  | 'invite_revoke'
  | 'sessions_end'
  | 'share_create'
  | 'share_revoke'
  | 'share_view'
  | 'export'
  | 'download'
  | 'delete'
  | 'account_export'
  | 'account_delete'
  | 'admin_change'
  | 'denied'

export interface AuditEntry {
  action: AuditAction
  actorId?: string | null
  subjectId?: string | null
  ip?: string | null
  details?: Record<string, string | number | boolean | null>
}

const UUID = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
const actors = alias(users, 'actors')
const subjects = alias(users, 'subjects')

/** Who did what that matters. The table only grows; a failure to write is logged and stops nothing. */
export const createAudit = (db: Db, log: Log) => ({
  async record({ action, actorId, subjectId, ip, details }: AuditEntry) {
    try {
      await db.insert(audit).values({
        action,
        actor_id: actorId ?? null,
        subject_id: subjectId ?? null,
        ip: ip ?? null,
        details: details ?? {},
      })
    } catch (error) {
      log.error({ action, error: (error as Error).name }, 'an audit row could not be written')
    }
  },
  list: ({ before, action, limit }: { before?: number | undefined; action?: string | undefined; limit: number }) =>
    db
      .select({ ...getTableColumns(audit), actor: actors.email, subject: subjects.email })
      .from(audit)
      .leftJoin(actors, eq(actors.id, audit.actor_id))
      // Most subjects are no accounts, and some no ids of that kind; as one, an index finds it.
      .leftJoin(
        subjects,
        eq(subjects.id, sql`case when ${audit.subject_id} ~ ${UUID} then ${audit.subject_id}::uuid end`),
      )
      .where(and(before ? lt(audit.id, before) : undefined, action ? eq(audit.action, action) : undefined))
      .orderBy(desc(audit.id))
      .limit(limit),
})

export type Audit = ReturnType<typeof createAudit>
