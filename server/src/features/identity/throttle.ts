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
export function loginThrottle(limiter: Limiter) {
  const underWay = new Map<string, number>()
  const waiting = new Map<string, (() => void)[]>()

  const leave = (pair: string) => {
    const rest = (underWay.get(pair) ?? 1) - 1
    if (rest > 0) underWay.set(pair, rest)
    else underWay.delete(pair)
    const woken = waiting.get(pair) ?? []
    waiting.delete(pair)
    for (const wake of woken) wake()
  }

  /** Not more at once than may still fail, so that many guesses sent together get no further than one after another. */
  async function enter(pair: string) {
    for (;;) {
      const place = (underWay.get(pair) ?? 0) + 1
      underWay.set(pair, place)
      const { remaining } = await limiter.look(PER_ACCOUNT_AND_ADDRESS, pair)
      if (place <= remaining || remaining === 0) return
      leave(pair)
      if (underWay.has(pair)) await new Promise<void>((wake) => waiting.set(pair, [...(waiting.get(pair) ?? []), wake]))
    }
  }

  /** Throws when this account was failed too often from this address, or too many were. */
  async function requirePatience(pair: string, address: string, known: () => Promise<boolean>) {
    const ours = await limiter.look(PER_ACCOUNT_AND_ADDRESS, pair)
    const all = await limiter.look(PER_ADDRESS, address)
    if (ours.allowed && all.allowed) return
    const patience = await limiter.look(PER_KNOWN_ADDRESS, pair)
    if (patience.allowed && (await known())) return
    throw slowDown(Math.max(1, ours.allowed ? all.reset : ours.reset))
  }

  const failed = (pair: string, address: string) =>
    Promise.all([
      limiter.take(PER_ACCOUNT_AND_ADDRESS, pair),
      limiter.take(PER_ADDRESS, address),
      limiter.take(PER_KNOWN_ADDRESS, pair),
    ])

  return {
    /** Whether the password fits, asked only as often as this account and this address may fail. */
    async attempt(email: string, address: string, known: () => Promise<boolean>, fits: () => Promise<boolean>) {
      const pair = `${addressHash(email)}:${address}`
      await enter(pair)
      try {
        await requirePatience(pair, address, known)
        const good = await fits()
        if (!good) await failed(pair, address)
        return good
      } finally {
        leave(pair)
      }
    },
    /** False where this address got enough mails for now: nothing is sent, and nothing is said. */
    mayMail: async (email: string) => (await limiter.take(MAILS, addressHash(email))).allowed,
  }
}

export type LoginThrottle = ReturnType<typeof loginThrottle>
