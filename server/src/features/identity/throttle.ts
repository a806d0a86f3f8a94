import { createHash } from 'node:crypto'
import type { Bucket, Limiter } from '../../platform/limits/port.ts'
import { Refusal } from '../../platform/refusal.ts'

const PER_ACCOUNT_AND_ADDRESS: Bucket = { name: 'login-pair', points: 5, seconds: 60 }
const PER_ADDRESS: Bucket = { name: 'login-address', points: 50, seconds: 60 }
/** For an address that signed in to this account before: more patience, so that nobody can lock another out. */
const PER_KNOWN_ADDRESS: Bucket = { name: 'login-known', points: 30, seconds: 60 }
/** A mail to one address, however many ask for it. */
const MAILS: Bucket = { name: 'mail-address', points: 5, seconds: 3600 }

export const addressHash = (address: string) => createHash('sha256').update(address).digest('base64url').slice(0, 22)

const slowDown = (seconds: number) =>
  new Refusal('rate_limited', `Too many attempts. Please wait ${seconds} seconds and try again.`, {
    retryAfter: seconds,
  })

/** Failed log-ins are counted; successful ones are not. */
export const loginThrottle = (limiter: Limiter) => ({
  /** Throws when this account was failed too often from this address, or too many were. */
  async require(email: string, address: string, known: () => Promise<boolean>) {
    const pair = await limiter.look(PER_ACCOUNT_AND_ADDRESS, `${addressHash(email)}:${address}`)
    const all = await limiter.look(PER_ADDRESS, address)
    if (pair.allowed && all.allowed) return
    const patience = await limiter.look(PER_KNOWN_ADDRESS, `${addressHash(email)}:${address}`)
    if (patience.allowed && (await known())) return
    throw slowDown(Math.max(1, pair.allowed ? all.reset : pair.reset))
  },
  async failed(email: string, address: string) {
    const pair = `${addressHash(email)}:${address}`
    await Promise.all([
      limiter.take(PER_ACCOUNT_AND_ADDRESS, pair),
      limiter.take(PER_ADDRESS, address),
      limiter.take(PER_KNOWN_ADDRESS, pair),
    ])
  },
  /** False where this address got enough mails for now: nothing is sent, and nothing is said. */
  mayMail: async (email: string) => (await limiter.take(MAILS, addressHash(email))).allowed,
})

export type LoginThrottle = ReturnType<typeof loginThrottle>
