import { addressKey } from '../../access/address.ts'
import type { Audit } from '../../access/audit.ts'
import { csrfToken } from '../../access/csrf.ts'
import type { People } from '../../access/people.ts'
import type { Principal } from '../../access/principal.ts'
import type { Sessions } from '../../access/sessions.ts'
import type { AccessTokens } from '../../access/tokens.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { Refusal } from '../../platform/refusal.ts'
import { readingTogether } from '../../platform/together.ts'
import { hashPassword, passwordFits, requireGoodPassword } from './passwords.ts'
import type { Recovery } from './recovery.ts'
import type { IdentityRepository, UserRow } from './repository.ts'
import { addressHash, type LoginThrottle } from './throttle.ts'

export interface AccountsOptions {
  repository: IdentityRepository
  sessions: Sessions
  tokens: AccessTokens
  people: People
  throttle: LoginThrottle
  recovery: Recovery
  audit: Audit
  clock: Clock
  log: Log
  secret: string
  registration: 'open' | 'invite' | 'closed'
  accessSeconds: { browser: number; token: number }
}

export interface Origin {
  ip: string
  userAgent: string
}

export interface NewAccount {
  email: string
  password: string
  name?: string | undefined
  tz?: string | undefined
  first_name?: string | undefined
  last_name?: string | undefined
  company?: string | undefined
  invitation?: string | undefined
}

export interface SignedIn {
  user: UserRow
  sessionId: string
  accessToken: string
  refreshToken: string
  csrf: string
}

export const isTimeZone = (zone: string) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

const taken = () => new Refusal('exists', 'This address has an account already. Log in, or reset the password.')
const spentInvitation = () =>
  new Refusal('registration_closed', 'This invitation has expired or was used already. Ask for a new one.')

/** Signing up, in and out, and what people change about their own account. */
export function accountService(options: AccountsOptions) {
  const { repository, sessions, tokens, people, throttle, recovery, audit, clock, log, secret } = options

  async function signIn(user: UserRow, kind: 'browser' | 'token', from: Origin): Promise<SignedIn> {
    const session = await sessions.start(user.id, kind, from)
    await repository.rememberAddress(user.id, addressHash(addressKey(from.ip)))
    const updated = await repository.update(user.id, { last_login: clock.now() })
    return await tokensFor(updated ?? user, session.id, session.refreshToken, kind)
  }

  async function tokensFor(user: UserRow, sessionId: string, refreshToken: string, kind: 'browser' | 'token') {
    const accessToken = await tokens.sign(kind, user.id, sessionId, options.accessSeconds[kind])
    return { user, sessionId, accessToken, refreshToken, csrf: csrfToken(secret, sessionId) }
  }

  const together = readingTogether<UserRow | null>()
  const mine = async ({ userId }: Principal) => {
    const user = await together(userId, () => repository.byId(userId))
    if (!user) throw new Refusal('unauthorized', 'This account is gone.')
    return user
  }

  async function requirePassword(principal: Principal, password: string, from: Origin) {
    const user = await mine(principal)
    // An account that its issuer's token made has no password to ask for: the token is what its owner has.
    if (user.password_hash === null && principal.via === 'oidc') return user
    const address = addressKey(from.ip)
    const fits = () => passwordFits(user.password_hash, password)
    if (await throttle.attempt(user.email, address, async () => true, fits)) return user
    throw new Refusal('unauthorized', 'The password is not right.')
  }

  return {
    signIn,
    mine,

    async register(it: NewAccount, from: Origin): Promise<UserRow> {
      const invitation = it.invitation ? await recovery.peekInvitation(it.invitation) : null
      if (it.invitation && !invitation) throw spentInvitation()
      if (!invitation && options.registration !== 'open')
        throw new Refusal(
          'registration_closed',
          options.registration === 'closed' ? 'Nobody can sign up here.' : 'Signing up here needs an invitation.',
        )
      await requireGoodPassword(it.password)
      if (await repository.byEmail(it.email)) throw taken()
      // Used up before the account is made: two people with one link become one account.
      if (it.invitation && !(await recovery.useInvitation(it.invitation))) throw spentInvitation()
      const invited = invitation?.purpose === 'invite' && invitation.email === it.email
      const user = await repository.insert({
        email: it.email,
        password_hash: await hashPassword(it.password),
        name: it.name ?? ([it.first_name, it.last_name].filter(Boolean).join(' ') || null),
        first_name: it.first_name ?? null,
        last_name: it.last_name ?? null,
        company: it.company ?? null,
        tz: it.tz && isTimeZone(it.tz) ? it.tz : 'UTC',
        role: invitation?.role ?? 'user',
        // The invitation went to this very address.
        email_verified: invited,
      })
      if (!user) throw taken()
      await audit.record({ action: 'register', actorId: user.id, ip: from.ip, details: { role: user.role } })
      log.info({ user: user.id }, 'signed up')
      if (!invited) await recovery.sendVerification(user)
      return user
    },

    async login(email: string, password: string, kind: 'browser' | 'token', from: Origin): Promise<SignedIn> {
      const address = addressKey(from.ip)
      const user = await repository.byEmail(email)
      const fits = await throttle.attempt(
        email,
        address,
        async () => (user ? await repository.knowsAddress(user.id, addressHash(address)) : false),
        async () => (await passwordFits(user?.password_hash, password)) && (user?.is_active || kind === 'token'),
      )
      if (!user || !fits) {
        await audit.record({ action: 'login_failed', actorId: user?.id ?? null, ip: from.ip })
        throw new Refusal('unauthorized', kind === 'browser' ? 'Invalid credentials' : 'Invalid email or password')
      }
      if (!user.is_active) throw new Refusal('unauthorized', 'Account deactivated')
      await audit.record({ action: 'login', actorId: user.id, ip: from.ip, details: { kind } })
      return await signIn(user, kind, from)
    },

    async refresh(kind: 'browser' | 'token', refreshToken: string, from: Origin): Promise<SignedIn> {
      const rotation = await sessions.rotate(kind, refreshToken)
      if (!rotation.ok) {
        if (rotation.reused)
          await audit.record({ action: 'token_reuse', actorId: rotation.session?.user_id ?? null, ip: from.ip })
        throw new Refusal('unauthorized', 'Please sign in again.')
      }
      const user = await repository.byId(rotation.session.user_id)
      if (!user?.is_active) throw new Refusal('unauthorized', 'Please sign in again.')
      return await tokensFor(user, rotation.session.id, rotation.refreshToken, kind)
    },

    async logout(userId: string, sessionId: string, token?: { jti: string; exp: number }) {
      if (token) await repository.revokeToken(token.jti, new Date(token.exp * 1000))
      await sessions.end(userId, sessionId)
      await audit.record({ action: 'logout', actorId: userId })
    },

    async update(
      principal: Principal,
      it: { name?: string | null; tz?: string; settings?: Partial<UserRow['settings']> },
    ) {
      if (it.tz !== undefined && !isTimeZone(it.tz))
        throw new Refusal('bad_request', 'tz: is not a time zone such as Europe/Rome.', { details: { field: 'tz' } })
      const user = await mine(principal)
      const settings = it.settings ? { ...user.settings, ...it.settings } : user.settings
      const name = it.name === undefined ? user.name : it.name || null
      return (await repository.update(user.id, { name, tz: it.tz ?? user.tz, settings }))!
    },

    async changePassword(principal: Principal, oldPassword: string, newPassword: string, from: Origin) {
      const user = await requirePassword(principal, oldPassword, from)
      await requireGoodPassword(newPassword)
      await repository.update(user.id, { password_hash: await hashPassword(newPassword) })
      await recovery.endPendingLinks(user.id)
      await sessions.endAll(user.id, principal.sessionId)
      await audit.record({ action: 'password_change', actorId: user.id, ip: from.ip })
    },

    async changeEmail(principal: Principal, email: string, password: string, from: Origin) {
      const user = await requirePassword(principal, password, from)
      if (await repository.byEmail(email)) throw new Refusal('exists', 'This address has an account already.')
      await recovery.sendEmailChange(user, email)
    },

    requireOwner: requirePassword,

    forget: (userId: string) => people.forget(userId),
  }
}

export type Accounts = ReturnType<typeof accountService>
