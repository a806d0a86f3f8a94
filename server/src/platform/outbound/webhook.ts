import { randomBytes } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import type { Clock } from '../clock.ts'
import { Refusal } from '../refusal.ts'
import type { GuardedFetch } from './port.ts'

export interface WebhookMessage {
  url: string
  /** Stays the same over all attempts, so the receiver can tell a repetition. */
  id: string
  /** The exact text that is signed and sent. */
  payload: string
  /** All that are valid now: after a rotation the old one signs along until its overlap ends. */
  secrets: readonly string[]
  signal?: AbortSignal
}

export interface WebhookResult {
  /** `failed` is final for this message, `disable` for the whole subscription; `retry` may succeed later. */
  outcome: 'delivered' | 'failed' | 'disable' | 'retry'
  /** null when there was no answer. */
  status: number | null
  /** The beginning of the answer or the reason why there was none. Safe to show as text. */
  excerpt: string
  duration_ms: number
  /** Seconds the receiver asked us to wait. */
  retryAfter?: number
}

const excerptBytes = 1024
const prefix = 'whsec_'

export const newWebhookSecret = (): string => `${prefix}${randomBytes(32).toString('base64')}`

/** Of at least 24 bytes, as the standard asks, so that it can not be guessed. */
export const isWebhookSecret = (secret: string): boolean => {
  if (!/^whsec_[A-Za-z0-9+/]+={0,2}$/.test(secret)) return false
  const { length } = Buffer.from(secret.slice(prefix.length), 'base64')
  return length >= 24 && length <= 64
}

export const webhookHeaders = (message: Pick<WebhookMessage, 'id' | 'payload' | 'secrets'>, at: Date) => ({
  'webhook-id': message.id,
  'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
  'webhook-signature': message.secrets.map((it) => new Webhook(it).sign(message.id, at, message.payload)).join(' '),
})

const minutes = [0.1, 1, 5, 30, 120, 300, 600, 600] as const

/** Seconds to wait after the given failed attempt (from 1), spread by a tenth; null when it was the last. */
export const webhookDelay = (attempt: number, retryAfter = 0, random = Math.random): number | null => {
  const wait = minutes[attempt - 1]
  if (wait === undefined) return null
  return Math.round(Math.max(wait * 60 * (0.9 + random() * 0.2), Math.min(retryAfter, 24 * 3600)))
}

const outcomeOf = (status: number): WebhookResult['outcome'] => {
  if (status >= 200 && status < 300) return 'delivered'
  if (status >= 300 && status < 400) return 'failed'
  return status === 410 ? 'disable' : 'retry'
}

const secondsOf = (header: string | undefined, now: Date): number | undefined => {
  if (header === undefined) return undefined
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - now.getTime()) / 1000
  return Number.isFinite(seconds) && seconds > 0 ? Math.ceil(seconds) : undefined
}

/** Text only: whatever else the receiver sent must not act in a log, a terminal or a page. */
const excerptOf = (body: Buffer): string =>
  body
    .toString('utf8')
    .replace(/[\p{C}\uFFFD]+/gu, ' ')
    .trim()

export const createWebhookSender = (options: { guarded: GuardedFetch; clock: Clock; timeoutMs?: number }) => {
  const { guarded, clock, timeoutMs = 15_000 } = options

  /** One attempt. It answers what came of it and throws only when its signal says stop. */
  return async (message: WebhookMessage): Promise<WebhookResult> => {
    const started = performance.now()
    const at = clock.now()
    const result = (it: Omit<WebhookResult, 'duration_ms'>): WebhookResult => ({
      ...it,
      duration_ms: Math.round(performance.now() - started),
    })
    try {
      const answer = await guarded.fetch(message.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...webhookHeaders(message, at) },
        body: message.payload,
        maxBytes: excerptBytes,
        timeoutMs,
        signal: message.signal,
        redirects: 'answer',
        overflow: 'cut',
      })
      const retryAfter = secondsOf(answer.headers['retry-after'], at)
      return result({
        outcome: outcomeOf(answer.status),
        status: answer.status,
        excerpt: excerptOf(answer.body),
        ...(retryAfter !== undefined && { retryAfter }),
      })
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return result({ outcome: 'retry', status: null, excerpt: error.message })
    }
  }
}

export type SendWebhook = ReturnType<typeof createWebhookSender>
