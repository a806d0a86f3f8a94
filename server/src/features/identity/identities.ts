import { and, eq } from 'drizzle-orm'
import type { Oidc } from '../../access/oidc.ts'
import type { Db } from '../../platform/database/connect.ts'
import { identities } from '../../platform/database/schema/index.ts'
import { Refusal } from '../../platform/refusal.ts'

const NO_ISSUER = 'No identity provider is configured. Set AUTH0_DOMAIN and AUTH0_AUDIENCE.'

/** Accounts of an external issuer: linked only when their owner, signed in, asks. */
export const identityLinks = (db: Db, oidc: Oidc | null) => ({
  /** False where it was linked before. */
  async link(userId: string, token: string) {
    if (!oidc) throw new Refusal('unavailable', NO_ISSUER)
    const claims = await oidc.verify(token)
    if (!claims) throw new Refusal('unauthorized', 'This token is not valid.')
    const [row] = await db
      .insert(identities)
      .values({ user_id: userId, issuer: oidc.issuer, subject: claims.sub })
      .onConflictDoNothing()
      .returning({ id: identities.id })
    if (row) return true
    const [mine] = await db
      .select({ id: identities.id })
      .from(identities)
      .where(
        and(eq(identities.user_id, userId), eq(identities.issuer, oidc.issuer), eq(identities.subject, claims.sub)),
      )
    if (!mine) throw new Refusal('exists', 'This identity belongs to another account.')
    return false
  },

  async userinfo(token: string): Promise<Record<string, unknown>> {
    if (!oidc) throw new Refusal('unavailable', NO_ISSUER)
    const url = await oidc.userinfoUrl()
    if (!url) throw new Refusal('provider_failed', 'The identity provider does not answer.')
    try {
      const answer = await fetch(url, {
        headers: { authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(oidc.timeoutMs),
        redirect: 'error',
      })
      if (!answer.ok) throw new Refusal('provider_failed', `The identity provider refused (${answer.status}).`)
      return (await answer.json()) as Record<string, unknown>
    } catch (error) {
      if (error instanceof Refusal) throw error
      const late = (error as Error).name === 'TimeoutError'
      throw new Refusal(late ? 'timeout' : 'provider_failed', 'The identity provider does not answer.', {
        cause: error,
      })
    }
  },
})

export type IdentityLinks = ReturnType<typeof identityLinks>
