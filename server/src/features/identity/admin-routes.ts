import { invite, listAudit, listInvitations, listUsers, revokeInvitation, updateUser } from '@mina/contract'
import { serve } from '../../access/route.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { IdentityParts } from './parts.ts'
import { presentUser } from './present.ts'

type ListedUser = Awaited<ReturnType<IdentityParts['repository']['listForAdmin']>>[number]

const presentForAdmin = ({ user, conversations, storage_bytes, audio_seconds }: ListedUser) => ({
  ...presentUser(user),
  is_active: user.is_active,
  conversations,
  storage_bytes,
  audio_minutes_month: Math.round((audio_seconds / 60) * 100) / 100,
})

/** What administrators do with accounts. */
export function identityAdminRoutes({ accounts, recovery, sessions, audit, repository, thisMonth }: IdentityParts) {
  return [
    serve(invite, async ({ principal, body, request }) => {
      const { id, url, expiresAt } = await recovery.invite(body.email, body.role)
      await audit.record({
        ...{ action: 'invite', actorId: principal.userId, subjectId: id, ip: request.ip },
        details: { role: body.role },
      })
      return { id, url, expires_at: expiresAt.toISOString(), mail: recovery.mailKind }
    }),
    serve(listInvitations, async () => ({
      items: (await recovery.openInvitations()).map(({ id, email, role, created_at, expires_at }) => ({
        ...{ id, email: email ?? '', role: role ?? 'user' },
        ...{ created_at: created_at.toISOString(), expires_at: expires_at.toISOString() },
      })),
    })),
    serve(revokeInvitation, async ({ principal, params, request }) => {
      await recovery.revokeInvitation(params.id)
      const { userId: actorId } = principal
      await audit.record({ action: 'invite_revoke', actorId, subjectId: params.id, ip: request.ip })
      return {}
    }),
    serve(listUsers, async ({ query }) => {
      const rows = await repository.listForAdmin(
        query.q,
        query.cursor ? { email: query.cursor } : null,
        query.limit + 1,
        thisMonth(),
      )
      const items = rows.slice(0, query.limit).map(presentForAdmin)
      return { items, next_cursor: rows.length > query.limit ? items.at(-1)!.email : null }
    }),
    serve(updateUser, async ({ principal, params, body, request }) => {
      if (params.id === principal.userId && (body.is_active === false || body.role === 'user'))
        throw new Refusal('conflict', 'You can not take this from yourself: ask another administrator.')
      const user = await repository.update(params.id, body)
      if (!user) throw new Refusal('not_found', 'There is no such user.')
      accounts.forget(user.id)
      if (body.is_active === false || body.role) await sessions.endAll(user.id)
      await audit.record({
        action: 'admin_change',
        actorId: principal.userId,
        subjectId: user.id,
        ip: request.ip,
        details: { ...body },
      })
      const [listed] = await repository.listForAdmin(user.email, null, 1, thisMonth())
      return { user: presentForAdmin(listed!) }
    }),
    serve(listAudit, async ({ query }) => {
      const rows = await audit.list({
        before: query.cursor ? Number(query.cursor) || undefined : undefined,
        action: query.action,
        limit: query.limit + 1,
      })
      const items = rows.slice(0, query.limit).map((row) => ({
        id: String(row.id),
        at: row.at.toISOString(),
        actor_id: row.actor_id,
        actor: row.actor,
        action: row.action,
        subject_id: row.subject_id,
        subject: row.subject,
        ip: row.ip,
        details: row.details,
      }))
      return { items, next_cursor: rows.length > query.limit ? items.at(-1)!.id : null }
    }),
  ]
}
