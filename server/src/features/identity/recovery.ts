import type { Audit } from '../../access/audit.ts'
import type { Sessions } from '../../access/sessions.ts'
import { hashOf, newSecret } from '../../access/tokens.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { Refusal } from '../../platform/refusal.ts'
import { hashPassword, requireGoodPassword } from './passwords.ts'
import type { Addressee, IdentityPost } from './post.ts'
import type { IdentityRepository, Purpose, UserRow } from './repository.ts'
import type { LoginThrottle } from './throttle.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const LIFETIME_MS: Record<Purpose, number> = {
  verify: 7 * DAY_MS,
  reset: HOUR_MS,
  change_email: DAY_MS,
  invite: 7 * DAY_MS,
  setup: 7 * DAY_MS,
}

interface RecoveryOptions {
  repository: IdentityRepository
  sessions: Sessions
  post: IdentityPost
  throttle: LoginThrottle
  audit: Audit
  clock: Clock
  log: Log
  publicBaseUrl: string
}

const spent = () => new Refusal('unauthorized', 'This link has expired or was used already. Ask for a new one.')

const taken = () => new Refusal('exists', 'This address has an account already.')

const addresseeOf = (user: UserRow, email = user.email): Addressee => ({
  email,
  name: user.name,
  language: user.settings.language,
})

/** Everything that goes by a link in a mail, each link good for one purpose, one time, a limited time. */
export function recoveryService(options: RecoveryOptions) {
  const { repository, sessions, post, throttle, audit, clock, log, publicBaseUrl } = options

  /** The address comes from the configuration: a request's Host header never reaches a link. */
  const link = (route: string, name: string, token: string) => `${publicBaseUrl}/app#/${route}?${name}=${token}`

  async function issue(purpose: Purpose, it: { userId?: string; email?: string; role?: 'user' | 'admin' }) {
    const token = newSecret(32)
    const now = clock.now()
    const expiresAt = new Date(now.getTime() + LIFETIME_MS[purpose])
    if (it.userId) await repository.dropTokens(it.userId, purpose)
    const id = await repository.addToken({
      purpose,
      hash: hashOf(token),
      user_id: it.userId ?? null,
      email: it.email ?? null,
      role: it.role ?? null,
      created_at: now,
      expires_at: expiresAt,
    })
    return { id, token, expiresAt }
  }

  /** Links under way were asked for under the old password, or went to the old address: they open nothing any more. */
  const endPendingLinks = (userId: string) => repository.dropTokens(userId, 'reset', 'change_email')

  const inBackground = (work: Promise<unknown>) => {
    work.catch((error: Error) => log.error({ error: error.name }, 'a mail could not be prepared'))
  }

  return {
    mailKind: post.kind,
    endPendingLinks,

    async sendVerification(user: UserRow) {
      const { token } = await issue('verify', { userId: user.id })
      inBackground(post.verify(addresseeOf(user), link('verify', 'token', token)))
    },

    /** Says nothing about whether the account exists, and takes no longer when it does. */
    requestReset(email: string) {
      const work = async () => {
        const user = await repository.byEmail(email)
        if (!user?.is_active || user.is_system || !(await throttle.mayMail(email))) return
        const { token } = await issue('reset', { userId: user.id })
        await post.reset(addresseeOf(user), link('reset', 'token', token))
      }
      inBackground(work())
    },

    async resetPassword(token: string, password: string, ip: string) {
      await requireGoodPassword(password)
      const used = await repository.useToken(['reset'], hashOf(token), clock.now())
      if (!used?.user_id) throw spent()
      // Whoever reads the mails of an address owns it.
      await repository.update(used.user_id, { password_hash: await hashPassword(password), email_verified: true })
      await endPendingLinks(used.user_id)
      await sessions.endAll(used.user_id)
      await audit.record({ action: 'password_reset', actorId: used.user_id, ip })
    },

    async verifyEmail(token: string, ip: string) {
      const used = await repository.useToken(['verify', 'change_email'], hashOf(token), clock.now())
      if (!used?.user_id) throw spent()
      if (used.purpose === 'change_email' && used.email) {
        const before = await repository.byId(used.user_id)
        if (!(await repository.takeAddress(used.user_id, used.email))) throw taken()
        await endPendingLinks(used.user_id)
        // To where the owner still reads, should somebody else have done it.
        if (before) inBackground(post.emailChanged(addresseeOf(before), used.email))
        await audit.record({ action: 'email_change', actorId: used.user_id, ip })
        return
      }
      await repository.update(used.user_id, { email_verified: true })
    },

    async sendEmailChange(user: UserRow, email: string) {
      const { token } = await issue('change_email', { userId: user.id, email })
      inBackground(post.changeEmail(addresseeOf(user, email), link('verify', 'token', token)))
    },

    async invite(email: string, role: 'user' | 'admin') {
      if (await repository.byEmail(email)) throw taken()
      const { id, token, expiresAt } = await issue('invite', { email, role })
      const url = link('register', 'invitation', token)
      inBackground(post.invitation({ email, name: null, language: null }, url))
      return { id, url, expiresAt }
    },

    openInvitations: () => repository.openInvitations(clock.now()),
    async revokeInvitation(id: string) {
      const gone = await repository.dropInvitation(id)
      if (!gone) throw new Refusal('not_found', 'There is no such open invitation: it was used, or taken back.')
    },

    /** For the start of an installation that nobody administers yet. Only the newest link works. */
    async setupLink(): Promise<string | null> {
      if (await repository.hasAdmin()) return null
      await repository.dropSetupTokens()
      const { token } = await issue('setup', { role: 'admin' })
      return link('register', 'invitation', token)
    },

    peekInvitation: (token: string) => repository.peekToken(['invite', 'setup'], hashOf(token), clock.now()),
    useInvitation: (token: string) => repository.useToken(['invite', 'setup'], hashOf(token), clock.now()),
  }
}

export type Recovery = ReturnType<typeof recoveryService>
