import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createGuardedFetch } from './guarded.ts'
import { createWebhookSender, isWebhookSecret, newWebhookSecret, webhookDelay, webhookHeaders } from './webhook.ts'

let got: { headers: IncomingHttpHeaders; body: string } | undefined
let reply: { status: number; headers?: Record<string, string>; body?: string | Buffer } = { status: 200 }
const server = createServer(async (incoming, outgoing) => {
  got = { headers: incoming.headers, body: await text(incoming) }
  outgoing.writeHead(reply.status, reply.headers).end(reply.body)
})
let url: string
beforeAll(async () => {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
})
const guarded = createGuardedFetch({ allow: ['127.0.0.1'], idleMs: 300 })
afterAll(async () => {
  await guarded.close()
  await new Promise((closed) => server.close(closed))
})

const send = createWebhookSender({ guarded, clock: { now: () => new Date() } })
const message = () => ({
  url,
  id: 'msg_1',
  payload: JSON.stringify({ type: 'job.done', data: { text: 'größer 🎧' } }),
  secrets: [newWebhookSecret()],
})
const received = () => ({ body: got?.body ?? '', headers: (got?.headers ?? {}) as Record<string, string> })

describe('a webhook', () => {
  it('is signed so that the standard library accepts it, with the old secret and the new', async () => {
    const secrets = [newWebhookSecret(), newWebhookSecret()]
    reply = { status: 204 }
    expect(await send({ ...message(), secrets })).toMatchObject({ outcome: 'delivered', status: 204, excerpt: '' })
    const { body, headers } = received()
    expect(headers['webhook-id']).toBe('msg_1')
    expect(headers['content-type']).toBe('application/json')
    for (const secret of secrets) expect(new Webhook(secret).verify(body, headers)).toMatchObject({ type: 'job.done' })
    expect(() => new Webhook(newWebhookSecret()).verify(body, headers)).toThrow('No matching signature')
    expect(() => new Webhook(secrets[0] ?? '').verify(`${body} `, headers)).toThrow('No matching signature')
  })

  it('can not be replayed later or under another id', () => {
    const { id, payload, secrets } = message()
    const old = webhookHeaders({ id, payload, secrets }, new Date(Date.now() - 10 * 60_000))
    expect(() => new Webhook(secrets[0] ?? '').verify(payload, old)).toThrow('too old')
    const other = { ...webhookHeaders({ id, payload, secrets }, new Date()), 'webhook-id': 'msg_2' }
    expect(() => new Webhook(secrets[0] ?? '').verify(payload, other)).toThrow('No matching signature')
  })

  it('knows what an answer means', async () => {
    const meanings = {
      200: 'delivered',
      299: 'delivered',
      301: 'failed',
      302: 'failed',
      307: 'failed',
      400: 'retry',
      404: 'retry',
      410: 'disable',
      429: 'retry',
      500: 'retry',
      503: 'retry',
    }
    for (const [status, outcome] of Object.entries(meanings)) {
      reply = { status: Number(status), headers: { location: url } }
      expect(await send(message())).toMatchObject({ status: Number(status), outcome })
    }
    reply = { status: 503, headers: { 'retry-after': '120' } }
    expect(await send(message())).toMatchObject({ retryAfter: 120 })
    reply = { status: 503, headers: { 'retry-after': new Date(Date.now() + 60_000).toUTCString() } }
    expect((await send(message())).retryAfter).toBeGreaterThan(50)
    reply = { status: 503, headers: { 'retry-after': 'soon' } }
    expect(await send(message())).not.toHaveProperty('retryAfter')
  })

  it('keeps the beginning of the answer as plain text', async () => {
    reply = { status: 500, body: `\u001b[31mred\r\n<b>${'x'.repeat(5000)}` }
    const { excerpt } = await send(message())
    expect(excerpt).toMatch(/^\[31mred <b>x+$/)
    expect(excerpt.length).toBeLessThanOrEqual(1024)
    reply = { status: 500, body: Buffer.from([0xff, 0x00, 0x41]) }
    expect((await send(message())).excerpt).toBe('A')
  })

  it('goes through the guard, and tells a denial like a closed port', async () => {
    got = undefined
    const strict = createGuardedFetch({ allow: [] })
    const denied = await createWebhookSender({ guarded: strict, clock: { now: () => new Date() } })(message())
    await strict.close()
    expect(got).toBeUndefined()
    const closed = await send({ ...message(), url: 'http://127.0.0.1:1/' })
    expect(denied).toMatchObject({ outcome: 'retry', status: null, excerpt: closed.excerpt })
  })

  it('stops only for its signal', async () => {
    await expect(send({ ...message(), signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow('stop')
  })

  it('is retried ever more rarely, and as late as the receiver asks', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8].map((attempt) => webhookDelay(attempt, 0, () => 0.5) ?? 0)
    expect(waits).toEqual([6, 60, 300, 1800, 7200, 18_000, 36_000, 36_000])
    expect(webhookDelay(9)).toBeNull()
    expect(webhookDelay(1, 3600)).toBe(3600)
    expect(webhookDelay(1, 1e9)).toBe(86_400)
    expect(webhookDelay(2, 0, () => 0)).toBe(54)
  })

  it('takes only secrets that can not be guessed', () => {
    expect(isWebhookSecret(newWebhookSecret())).toBe(true)
    for (const weak of [
      '',
      'whsec_',
      'whsec_c2hvcnQ=',
      'secret',
      `whsec_${'!'.repeat(40)}`,
      `whsec_${'A'.repeat(100)}`,
    ])
      expect(isWebhookSecret(weak)).toBe(false)
  })
})
