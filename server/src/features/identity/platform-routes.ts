import {
  oidcMe,
  oidcUserinfo,
  platformCreateKey,
  platformLogin,
  platformLogout,
  platformProfile,
  platformRefresh,
  platformRegister,
  platformRenewKey,
  platformRevokeKey,
  platformRevokeUser,
  protectedTest,
} from '@mina/contract'
import { z } from 'zod'
import type { Principal } from '../../access/principal.ts'
import { type CallInfo, serve } from '../../access/route.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { IdentityParts } from './parts.ts'
import { presentKey, presentPlatformUser } from './present.ts'
import type { UserRow } from './repository.ts'

const from = ({ ip, userAgent }: CallInfo) => ({ ip, userAgent })

const bearerOf = ({ headers }: CallInfo) => /^bearer\s+(\S+)$/i.exec(String(headers.authorization ?? ''))?.[1]

const required = (body: { email?: string | undefined; password?: string | undefined }) => {
  const { email, password } = body
  if (!email?.trim() || !password) throw new Refusal('bad_request', 'Email and password required')
  const address = z.email().safeParse(email.trim().toLowerCase())
  return { email: address.success ? address.data : null, typed: email.trim().toLowerCase(), password }
}

/** Who an external token speaks of is its sub; for our own credentials it is the account. */
const subject = (principal: Principal) => String(principal.claims?.sub ?? principal.userId)

/** The Platform family's sign-up, tokens and keys. */
export function platformIdentityRoutes({
  accounts,
  keys,
  sessions,
  identities,
  audit,
  repository,
  thisMonth,
}: IdentityParts) {
  const present = async (user: UserRow) => presentPlatformUser(user, await repository.monthOf(user.id, thisMonth()))

  return [
    serve(platformRegister, async ({ body, request }) => {
      const { email, password } = required(body)
      if (!email) throw new Refusal('bad_request', 'email: is not an email address', { details: { field: 'email' } })
      const user = await accounts.register({ ...body, email, password }, from(request)).catch((error: unknown) => {
        if (error instanceof Refusal && error.code === 'exists')
          throw new Refusal('bad_request', 'Email already registered', { cause: error })
        throw error
      })
      const signedIn = await accounts.signIn(user, 'token', from(request))
      const key = await keys.create(user.id, 'Default', 365)
      await audit.record({ action: 'key_create', actorId: user.id, subjectId: key.row.id })
      return {
        message: 'User registered successfully',
        user: await present(signedIn.user),
        access_token: signedIn.accessToken,
        refresh_token: signedIn.refreshToken,
        api_key: key.secret,
      }
    }),
    serve(platformLogin, async ({ body, request }) => {
      const { typed, password } = required(body)
      const signedIn = await accounts.login(typed, password, 'token', from(request))
      return {
        message: 'Login successful',
        user: await present(signedIn.user),
        access_token: signedIn.accessToken,
        refresh_token: signedIn.refreshToken,
      }
    }),
    serve(platformRefresh, async ({ request }) => {
      const token = bearerOf(request)
      if (!token) throw new Refusal('unauthorized', 'Send the refresh token as Authorization: Bearer.')
      const { accessToken, refreshToken } = await accounts.refresh('token', token, from(request))
      return { access_token: accessToken, refresh_token: refreshToken }
    }),
    serve(platformLogout, async ({ principal }) => {
      const { jti, exp } = principal.claims ?? {}
      if (principal.sessionId)
        await accounts.logout(principal.userId, principal.sessionId, { jti: String(jti), exp: Number(exp) })
      return { message: 'Successfully logged out' }
    }),
    serve(platformProfile, async ({ principal }) => {
      const list = await keys.list(principal.userId)
      return { user: await present(await accounts.mine(principal)), api_keys: list.map(presentKey) }
    }),
    serve(platformCreateKey, async ({ principal, body }) => {
      const { row, secret } = await keys.create(principal.userId, body.name, body.expires_in_days)
      await audit.record({ action: 'key_create', actorId: principal.userId, subjectId: row.id })
      return { message: 'API key created successfully', api_key: secret, name: row.name }
    }),
    serve(platformRevokeKey, async ({ principal, params }) => {
      if (!(await keys.revoke(principal.userId, params.id))) throw new Refusal('not_found', 'API key not found')
      await audit.record({ action: 'key_revoke', actorId: principal.userId, subjectId: params.id })
      return { message: 'API key revoked successfully' }
    }),
    serve(platformRenewKey, async ({ principal, params }) => {
      const row = await keys.renew(principal.userId, params.id)
      if (!row) throw new Refusal('not_found', 'API key not found')
      return { message: 'API key renewed successfully', expires_at: row.expires_at?.toISOString() ?? null }
    }),
    serve(platformRevokeUser, async ({ principal, params }) => {
      if (!(await repository.byId(params.user_id))) throw new Refusal('not_found', 'There is no such user.')
      const ended = await sessions.endAll(params.user_id)
      await audit.record({
        action: 'sessions_end',
        actorId: principal.userId,
        subjectId: params.user_id,
        details: { ended },
      })
      return { message: `All tokens of the user are revoked (${ended} sessions)` }
    }),
    serve(oidcMe, async ({ principal }) => ({ user: { ...principal.claims }, user_id: subject(principal) })),
    serve(oidcUserinfo, async ({ principal, request }) => {
      const token = bearerOf(request)
      if (principal.via !== 'oidc' || !token)
        throw new Refusal('bad_request', "This call needs the identity provider's own token as Authorization: Bearer.")
      return await identities.userinfo(token)
    }),
    serve(protectedTest, async ({ principal }) => ({
      message: 'You are authenticated',
      user_id: subject(principal),
      authenticated: true as const,
    })),
  ]
}
