import { health, healthz, metrics, readyz } from '@mina/contract'
import { sameText } from '../../access/csrf.ts'
import { type CallInfo, serve } from '../../access/route.ts'
import { registry } from '../../platform/metrics.ts'
import { Refusal } from '../../platform/refusal.ts'

export interface Readiness {
  ok: boolean
  /** What is down, by name. */
  down: string[]
  degraded: string[]
}

interface OperationsOptions {
  version: string
  metricsToken: string | undefined
  ready: () => Promise<Readiness>
}

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/
const PROXIED = /^(forwarded|x-forwarded-.*)$/

const mayRead = ({ ip, headers }: CallInfo, token: string | undefined) => {
  if (token) return sameText(String(headers.authorization ?? ''), `Bearer ${token}`)
  return LOOPBACK.test(ip) && !Object.keys(headers).some((name) => PROXIED.test(name))
}

const text = (body: string, type = 'text/plain; charset=utf-8') => ({ type, body, inline: true })

export const operationRoutes = ({ version, metricsToken, ready }: OperationsOptions) => [
  serve(health, async () => ({ status: 'healthy' as const, service: 'Audio Transcription API' as const, version })),
  serve(healthz, async () => text('ok')),
  serve(readyz, async ({ reply }) => {
    const { ok, down, degraded } = await ready()
    if (ok && degraded.length === 0) return text('ok')
    reply.status(ok ? 200 : 503)
    const body = ok
      ? { status: 'ok', degraded: degraded.join(', ') }
      : { status: 'unavailable', down, ...(degraded.length > 0 && { degraded: degraded.join(', ') }) }
    return { ...body }
  }),
  serve(metrics, async ({ request }) => {
    if (!mayRead(request, metricsToken)) throw new Refusal('not_found', 'There is no such page.')
    return text(await registry.metrics(), registry.contentType)
  }),
]
