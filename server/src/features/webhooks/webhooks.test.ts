import {
  createWebhook,
  deleteWebhook,
  getWebhook,
  listDeliveries,
  listWebhooks,
  retryDelivery,
  rotateWebhook,
  testWebhook,
  updateWebhook,
} from '@mina/contract'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type TestApp, type TestPerson, testApp, testClock } from '../../../test/app.ts'
import { webhookReceiver } from '../../../test/doubles/webhooks/receiver.ts'
import { until } from '../../../test/until.ts'

let app: TestApp
const clock = testClock()

beforeAll(async () => {
  app = await testApp({ env: { OUTBOUND_ALLOW: '127.0.0.1' }, clock })
})
afterAll(() => app.close())

const settled = (person: TestPerson, id: string, status: string) =>
  until(async () => {
    const { deliveries } = await person.call(listDeliveries, { params: { id }, query: {} })
    return deliveries.find((it) => it.status === status && it.attempts > 0)
  }, `a delivery that is ${status}`)

const attempted = (person: TestPerson, id: string) =>
  until(async () => {
    const { deliveries } = await person.call(listDeliveries, { params: { id }, query: {} })
    return deliveries.find((it) => it.attempts > 0)
  }, 'an attempt')

async function hooked(person: TestPerson, url: string) {
  const { webhook, secret } = await person.call(createWebhook, { body: { url, events: ['job.done'] } })
  return { id: webhook.id, secret }
}

describe('keeping webhooks', () => {
  test('the secret is shown once and lies sealed in the database', async () => {
    const ann = await app.person()
    const { webhook, secret } = await ann.call(createWebhook, {
      body: { url: 'https://example.com/hook', events: ['job.done', 'job.done', 'job.failed'] },
    })
    expect(secret).toMatch(/^whsec_/)
    expect(webhook).toMatchObject({ events: ['job.done', 'job.failed'], is_active: true, disabled_reason: null })
    const { webhooks } = await ann.call(listWebhooks)
    expect(webhooks).toEqual([webhook])
    expect(JSON.stringify(webhooks)).not.toContain(secret)
    const { rows } = await app.database.pool.query('select * from webhooks where id = $1', [webhook.id])
    expect(JSON.stringify(rows)).not.toContain(secret.slice('whsec_'.length))
  })

  test('changes, and goes', async () => {
    const ann = await app.person()
    const { id } = await hooked(ann, 'https://example.com/hook')
    const { webhook } = await ann.call(updateWebhook, {
      params: { id },
      body: { url: 'https://example.com/other', is_active: false },
    })
    expect(webhook).toMatchObject({ url: 'https://example.com/other', is_active: false, events: ['job.done'] })
    await expect(ann.call(testWebhook, { params: { id } })).rejects.toMatchObject({ code: 'conflict' })
    await ann.call(deleteWebhook, { params: { id } })
    await expect(ann.call(getWebhook, { params: { id } })).rejects.toMatchObject({ code: 'not_found' })
  })

  test('another person sees, changes and calls nothing of it', async () => {
    const [ann, bob] = [await app.person(), await app.person()]
    const { id } = await hooked(ann, 'https://example.com/hook')
    const params = { id }
    const attempts = [
      bob.call(getWebhook, { params }),
      bob.call(updateWebhook, { params, body: { is_active: false } }),
      bob.call(deleteWebhook, { params }),
      bob.call(rotateWebhook, { params }),
      bob.call(testWebhook, { params }),
      bob.call(listDeliveries, { params, query: {} }),
    ]
    await Promise.all(attempts.map((it) => expect(it).rejects.toMatchObject({ code: 'not_found' })))
    const { webhook } = await ann.call(getWebhook, { params })
    expect(webhook.is_active).toBe(true)
  })

  test('an API key does not manage webhooks', async () => {
    const ann = await app.person()
    const made = await ann.json('/auth/api-keys', { name: 'script' })
    const { api_key } = (await made.json()) as { api_key: string }
    const script = app.client({ 'x-api-key': api_key })
    await expect(script.call(listWebhooks)).rejects.toMatchObject({ status: 403 })
  })

  test.each(['ftp://example.com', 'https://user:word@example.com/', 'nothing'])('refuses %s', async (url) => {
    const ann = await app.person()
    await expect(ann.call(createWebhook, { body: { url, events: ['job.done'] } })).rejects.toMatchObject({
      status: 400,
    })
  })

  test.each([
    'http://10.255.255.1/hook',
    'http://192.168.1.4:5678/hook',
    'http://[fd00::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://0x0a000001/',
    'http://169.254.169.254/latest',
    'https://8.8.8.8:5678/',
  ])('says at once that %s is not reached without OUTBOUND_ALLOW', async (url) => {
    const ann = await app.person()
    const refused = {
      status: 400,
      answer: { code: 'bad_request', field: 'url', error: expect.stringContaining('OUTBOUND_ALLOW') },
    }
    await expect(ann.call(createWebhook, { body: { url, events: ['job.done'] } })).rejects.toMatchObject(refused)
    const { id } = await hooked(ann, 'https://example.com/hook')
    await expect(ann.call(updateWebhook, { params: { id }, body: { url } })).rejects.toMatchObject(refused)
    const { webhooks } = await ann.call(listWebhooks)
    expect(webhooks.map((it) => it.url)).toEqual(['https://example.com/hook'])
  })

  test('this machine by its names is private too, where the operator named nothing', async () => {
    const closed = await testApp({ roles: ['web'] })
    const ann = await closed.person()
    for (const url of ['http://localhost:5678/', 'http://n8n.localhost/', 'http://127.0.0.1/'])
      await expect(ann.call(createWebhook, { body: { url, events: ['job.done'] } }), url).rejects.toMatchObject({
        status: 400,
        answer: { field: 'url', error: expect.stringContaining('OUTBOUND_ALLOW') },
      })
    await closed.close()
  })

  test('takes what the operator named, and a name that nobody knows yet', async () => {
    const ann = await app.person()
    for (const url of ['http://127.0.0.1:5678/hook', 'http://localhost:5678/hook', 'http://not-there-yet.invalid/'])
      await hooked(ann, url)
    expect((await ann.call(listWebhooks)).webhooks).toHaveLength(3)
  })

  test('refuses a secret that can be guessed', async () => {
    const ann = await app.person()
    const body = { url: 'https://example.com/', events: ['job.done' as const], secret: 'whsec_short' }
    await expect(ann.call(createWebhook, { body })).rejects.toMatchObject({ status: 400 })
  })
})

describe('delivering', () => {
  test('signs by the standard', async () => {
    const ann = await app.person()
    const receiver = await webhookReceiver()
    const { id, secret } = await hooked(ann, receiver.url)
    await ann.call(testWebhook, { params: { id } })
    const [hook] = await receiver.count(1)
    expect(receiver.verify(hook!, secret)).toMatchObject({ type: 'test', data: { webhook_id: id } })
    expect(() => receiver.verify({ ...hook!, body: hook!.body.replace('test', 'tset') }, secret)).toThrow()
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 6 * 60_000 })
    expect(() => receiver.verify(hook!, secret), 'somebody repeats it later').toThrow()
    vi.useRealTimers()
    const delivery = await settled(ann, id, 'delivered')
    expect(delivery).toMatchObject({ event: 'test', attempts: 1, response_status: 204, error: null })
    expect(hook!.id).toBe(delivery.id)
    await receiver.close()
  })

  test('an answer of 500 is tried again later, with the same id', async () => {
    const ann = await app.person()
    const receiver = await webhookReceiver()
    receiver.answers.push(500)
    const { id } = await hooked(ann, receiver.url)
    await ann.call(testWebhook, { params: { id } })
    const delivery = await attempted(ann, id)
    expect(delivery).toMatchObject({ status: 'pending', attempts: 1, response_status: 500 })
    expect(Date.parse(delivery.next_attempt_at!)).toBeGreaterThan(clock.now().getTime())
    const [first, second] = await receiver.count(2)
    expect(second!.id).toBe(first!.id)
    expect(await settled(ann, id, 'delivered')).toMatchObject({ attempts: 2 })
    await receiver.close()
  })

  test('a redirect is a failure and is not followed; by hand it is sent again', async () => {
    const ann = await app.person()
    const receiver = await webhookReceiver()
    receiver.answers.push({ status: 302, headers: { location: `${receiver.url}/elsewhere` } })
    const { id } = await hooked(ann, receiver.url)
    await ann.call(testWebhook, { params: { id } })
    const failed = await settled(ann, id, 'failed')
    expect(failed).toMatchObject({ response_status: 302, next_attempt_at: null })
    expect(failed.error).toMatch(/redirect/)
    expect(receiver.received).toHaveLength(1)
    await ann.call(retryDelivery, { params: { id, delivery_id: failed.id } })
    const [first, second] = await receiver.count(2)
    expect(second!.id).toBe(first!.id)
    await receiver.close()
  })

  test('410 switches the webhook off', async () => {
    const ann = await app.person()
    const receiver = await webhookReceiver()
    receiver.answers.push(410)
    const { id } = await hooked(ann, receiver.url)
    await ann.call(testWebhook, { params: { id } })
    await settled(ann, id, 'failed')
    const { webhook } = await ann.call(getWebhook, { params: { id } })
    expect(webhook).toMatchObject({ is_active: false, disabled_reason: expect.stringMatching(/410/) })
    await receiver.close()
  })

  test('after a rotation both secrets sign for a day, then only the new one', async () => {
    const ann = await app.person()
    const receiver = await webhookReceiver()
    const { id, secret: old } = await hooked(ann, receiver.url)
    const { secret: fresh } = await ann.call(rotateWebhook, { params: { id } })
    expect(fresh).not.toBe(old)
    await ann.call(testWebhook, { params: { id } })
    const [during] = await receiver.count(1)
    for (const secret of [old, fresh]) expect(receiver.verify(during!, secret).type).toBe('test')
    await settled(ann, id, 'delivered')
    await app.database.pool.query(`update webhooks set previous_until = now() - interval '1 minute' where id = $1`, [
      id,
    ])
    await ann.call(testWebhook, { params: { id } })
    const [, after] = await receiver.count(2)
    expect(receiver.verify(after!, fresh).type).toBe('test')
    expect(() => receiver.verify(after!, old)).toThrow()
    await receiver.close()
  })

  test('does not reach into a private network that the operator did not name', async () => {
    const ann = await app.person()
    const { id } = await hooked(ann, 'http://not-private-yet.invalid/hook')
    // As if the name had changed its mind, or the operator had.
    await app.database.pool.query('update webhooks set url = $2 where id = $1', [id, 'http://10.255.255.1/hook'])
    await ann.call(testWebhook, { params: { id } })
    const delivery = await attempted(ann, id)
    expect(delivery).toMatchObject({ status: 'pending', response_status: null })
    expect(delivery.error).toMatch(/could not be reached/)
  })

  test('the log of deliveries is read in pages', async () => {
    const ann = await app.person()
    const receiver = await webhookReceiver()
    const { id } = await hooked(ann, receiver.url)
    for (let sent = 0; sent < 5; sent += 1) await ann.call(testWebhook, { params: { id } })
    await receiver.count(5)
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await ann.call(listDeliveries, { params: { id }, query: { limit: 2, cursor } })
      seen.push(...page.deliveries.map((it) => it.id))
      cursor = page.next_cursor ?? undefined
    } while (cursor)
    expect(new Set(seen).size).toBe(5)
    expect(seen).toHaveLength(5)
    await receiver.close()
  })
})
