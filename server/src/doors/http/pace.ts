import { createHash } from 'node:crypto'
import type { Family, RateClass } from '@mina/contract'
import type { FastifyReply } from 'fastify'
import { addressKey } from '../../access/address.ts'
import type { Principal } from '../../access/principal.ts'
import type { Bucket, Limiter } from '../../platform/limits/port.ts'
import { tooOften } from '../../platform/limits/waiting.ts'

/** Requests a minute by class of route: by account where there is one, else by address. */
export type Rates = Record<Exclude<RateClass, 'none'>, number>

const keyOf = (principal: Principal | null, ip: string) =>
  principal
    ? `user:${principal.userId}`
    : `ip:${createHash('sha256').update(addressKey(ip)).digest('base64url').slice(0, 22)}`

export function createPace(limiter: Limiter, rates: Rates) {
  const buckets = Object.fromEntries(
    Object.entries(rates).map(([name, points]): [string, Bucket] => [
      name,
      { name: `http-${name}`, points, seconds: 60 },
    ]),
  ) as Record<Exclude<RateClass, 'none'>, Bucket>

  /** Counts the call, says so in the headers, and refuses what comes too fast. */
  return async (
    { rateClass, family }: { rateClass: RateClass; family: Family },
    principal: Principal | null,
    ip: string,
    reply: FastifyReply,
  ) => {
    if (rateClass === 'none') return
    const state = await limiter.take(buckets[rateClass], keyOf(principal, ip))
    for (const prefix of ['ratelimit', 'x-ratelimit']) {
      reply.header(`${prefix}-limit`, state.limit)
      reply.header(`${prefix}-remaining`, state.remaining)
      reply.header(`${prefix}-reset`, state.reset)
    }
    if (family === 'openai') {
      reply.header('x-ratelimit-limit-requests', state.limit)
      reply.header('x-ratelimit-remaining-requests', state.remaining)
      reply.header('x-ratelimit-reset-requests', `${state.reset}s`)
    }
    if (!state.allowed) throw tooOften('Too many requests.', state.reset)
  }
}

export type Pace = ReturnType<typeof createPace>
