import {
  changeEmail,
  changePassword,
  deleteMe,
  endSession,
  exportMe,
  linkOidc,
  listSessions,
  login,
  logout,
  me,
  refresh,
  register,
  requestPasswordReset,
  resendVerification,
  resetPassword,
  updateMe,
  verifyEmail,
} from '@mina/contract'
import { type CallInfo, type Reply, serve } from '../../access/route.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { SignedIn } from './accounts.ts'
import type { IdentityParts } from './parts.ts'
import { presentUser } from './present.ts'

const from = ({ ip, userAgent }: CallInfo) => ({ ip, userAgent })

const COOKIES = ['access', 'refresh', 'csrf'] as const

/** The web app's own calls under /api/auth: cookies in, cookies out. */
export function identityRoutes({
  accounts,
  recovery,
  sessions,
  identities,
  data,
  audit,
  lifetimes,
  refreshCookie,
}: IdentityParts) {
  const setCookies = (reply: Reply, signedIn: SignedIn) => {
    reply.cookie('access', signedIn.accessToken, { maxAge: lifetimes.accessSeconds, httpOnly: true })
    reply.cookie('refresh', signedIn.refreshToken, { maxAge: lifetimes.refreshSeconds, httpOnly: true })
    reply.cookie('csrf', signedIn.csrf, { maxAge: lifetimes.refreshSeconds, httpOnly: false })
  }
  const clearCookies = (reply: Reply) => {
    for (const name of COOKIES) reply.clearCookie(name)
  }
  /** A session that the browser brought along ends when another begins in it. */
  const endPrevious = async (request: CallInfo) => {
    const token = refreshCookie(request.headers)
    const owner = token ? await sessions.owner(token) : null
    if (owner) await sessions.end(owner.user_id, owner.id)
  }

  return [
    serve(register, async ({ body, request, reply }) => {
      const user = await accounts.register(body, from(request))
      await endPrevious(request)
      const signedIn = await accounts.signIn(user, 'browser', from(request))
      setCookies(reply, signedIn)
      return { user: presentUser(signedIn.user), mail: recovery.mailKind }
    }),
    serve(login, async ({ body, request, reply }) => {
      const signedIn = await accounts.login(body.email, body.password, 'browser', from(request))
      await endPrevious(request)
      setCookies(reply, signedIn)
      return { user: presentUser(signedIn.user) }
    }),
    serve(logout, async ({ request, reply }) => {
      const token = refreshCookie(request.headers)
      const owner = token ? await sessions.owner(token) : null
      if (owner) await accounts.logout(owner.user_id, owner.id)
      clearCookies(reply)
      return {}
    }),
    serve(refresh, async ({ request, reply }) => {
      const token = refreshCookie(request.headers)
      if (!token) throw new Refusal('unauthorized', 'Please sign in again.')
      try {
        const signedIn = await accounts.refresh('browser', token, from(request))
        setCookies(reply, signedIn)
        return { user: presentUser(signedIn.user) }
      } catch (error) {
        if (error instanceof Refusal) clearCookies(reply)
        throw error
      }
    }),
    serve(me, async ({ principal }) => ({ user: presentUser(await accounts.mine(principal)) })),
    serve(updateMe, async ({ principal, body }) => ({ user: presentUser(await accounts.update(principal, body)) })),
    serve(changePassword, async ({ principal, body, request }) => {
      await accounts.changePassword(principal, body.old_password, body.new_password, from(request))
      return {}
    }),
    serve(changeEmail, async ({ principal, body, request }) => {
      await accounts.changeEmail(principal, body.email, body.password, from(request))
      return { mail: recovery.mailKind }
    }),
    serve(requestPasswordReset, async ({ body }) => {
      recovery.requestReset(body.email)
      return { mail: recovery.mailKind }
    }),
    serve(resetPassword, async ({ body, request }) => {
      await recovery.resetPassword(body.token, body.new_password, request.ip)
      return {}
    }),
    serve(verifyEmail, async ({ body, request }) => {
      await recovery.verifyEmail(body.token, request.ip)
      return {}
    }),
    serve(resendVerification, async ({ principal }) => {
      const user = await accounts.mine(principal)
      if (!user.email_verified) await recovery.sendVerification(user)
      return { mail: recovery.mailKind }
    }),
    serve(listSessions, async ({ principal }) => {
      const rows = await sessions.list(principal.userId)
      return {
        items: rows.map((row) => ({
          id: row.id,
          current: row.id === principal.sessionId,
          kind: row.kind,
          ip: row.ip,
          user_agent: row.user_agent,
          created_at: row.created_at.toISOString(),
          last_seen_at: row.last_seen_at.toISOString(),
        })),
      }
    }),
    serve(endSession, async ({ principal, params, reply }) => {
      if (!(await sessions.end(principal.userId, params.id)))
        throw new Refusal('not_found', 'There is no such session.')
      await audit.record({ action: 'sessions_end', actorId: principal.userId, subjectId: params.id })
      if (params.id === principal.sessionId) clearCookies(reply)
      return {}
    }),
    serve(exportMe, async ({ principal, request }) => {
      const user = await accounts.mine(principal)
      await audit.record({ action: 'account_export', actorId: user.id, ip: request.ip })
      return {
        type: 'application/zip',
        filename: `mina-${new Date().toISOString().slice(0, 10)}.zip`,
        body: await data.exportOf(user.id),
      }
    }),
    serve(deleteMe, async ({ principal, body, request, reply }) => {
      const user = await accounts.requireOwner(principal, body.password, from(request))
      await sessions.endAll(user.id)
      await data.erase(user.id)
      accounts.forget(user.id)
      await audit.record({ action: 'account_delete', actorId: user.id, ip: request.ip })
      clearCookies(reply)
      return {}
    }),
    serve(linkOidc, async ({ principal, body, request }) => {
      if (await identities.link(principal.userId, body.token))
        await audit.record({ action: 'identity_link', actorId: principal.userId, ip: request.ip })
      return {}
    }),
  ]
}
