import { createHash } from 'node:crypto'
import type { Bucket, Limiter } from '../../platform/limits/port.ts'
import { tooOften } from '../../platform/limits/waiting.ts'

const PER_ACCOUNT_AND_ADDRESS: Bucket = { name: 'login-pair', points: 5, seconds: 60 }
const PER_ADDRESS: Bucket = { name: 'login-address', points: 50, seconds: 60 }
/** For an address that signed in to this account before: more patience, so that nobody can lock another out. */
const PER_KNOWN_ADDRESS: Bucket = { name: 'login-known', points: 30, seconds: 60 }
/** A mail to one address, however many ask for it. */
const MAILS: Bucket = { name: 'mail-address', points: 5, seconds: 3600 }

export const addressHash = (address: string) => createHash('sha256').update(address).digest('base64url').slice(0, 22)

const slowDown = (seconds: number) => tooOften('Too many attempts.', seconds)

/** Who guesses at one account from one address just now: those inside, and the line of those who wait before it. */
interface Door {
  inside: number
  waiting: number
  line: Promise<void>
  ended: () => void
}

/** Failed log-ins are counted; successful ones are not. */
export function loginThrottle(limiter: Limiter) {
  const doors = new Map<string, Door>()

  const doorOf = (pair: string): Door => {
    const door = doors.get(pair) ?? { inside: 0, waiting: 0, line: Promise.resolve(), ended: () => {} }
    doors.set(pair, door)
    return door
  }

  /** Lets one in as soon as fewer are inside than may still fail. */
  async function admit(pair: string, door: Door) {
    for (;;) {
      const { inside } = door
      const end = new Promise<void>((done) => {
        door.ended = done
      })
      const { remaining } = await limiter.look(PER_ACCOUNT_AND_ADDRESS, pair)
      if (inside < remaining || remaining === 0) break
      await end
    }
    door.inside += 1
  }

  /** So that many guesses sent together get no further than one after another. */
  async function inTurn<T>(pair: string, guess: () => Promise<T>): Promise<T> {
    const door = doorOf(pair)
    door.waiting += 1
    const admitted = door.line.then(() => admit(pair, door))
    door.line = admitted.catch(() => {})
    try {
      await admitted
    } finally {
      door.waiting -= 1
    }
    try {
      return await guess()
    } finally {
      door.inside -= 1
      door.ended()
      if (door.inside + door.waiting === 0) doors.delete(pair)
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
      return await inTurn(pair, async () => {
        await requirePatience(pair, address, known)
        const good = await fits()
        if (!good) await failed(pair, address)
        return good
      })
    },
    /** False where this address got enough mails for now: nothing is sent, and nothing is said. */
    mayMail: async (email: string) => (await limiter.take(MAILS, addressHash(email))).allowed,
  }
}

export type LoginThrottle = ReturnType<typeof loginThrottle>
