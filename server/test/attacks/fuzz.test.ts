import { Agent, request } from 'node:http'
import type { Endpoint } from '@mina/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endpoints } from '../../../scripts/endpoints.ts'
import type { TestApp, TestPerson } from '../app.ts'
import { bar } from '../bar.ts'
import { addressOf, type Belongings, belongingsOf, bodyOf, type House, openHouse } from './belongings.ts'
import { type Case, casesFor } from './cases.ts'

let house: House
let app: TestApp
let alice: TestPerson
let hers: Belongings
const agent = new Agent({ keepAlive: true, maxSockets: 8 })
beforeAll(async () => {
  house = await openHouse()
  app = house.app
  alice = await app.person()
  hers = await belongingsOf(app, alice, house.receiver)
})
afterAll(async () => {
  agent.destroy()
  await house.close()
})

/** Without what `fetch` would refuse to send, or would put right. */
const ask = (method: string, { path, headers, body }: Case) =>
  new Promise<{ status: number; text: string }>((done, failed) => {
    const csrf = alice.cookies.get('mina_csrf') ?? ''
    const cookie = [...alice.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const length = Buffer.byteLength(body)
    const sent = request(`${app.base}${path}`, {
      method,
      agent,
      headers: { cookie, 'x-csrf-token': csrf, ...(length > 0 && { 'content-length': length }), ...headers },
    })
    sent.on('response', (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => done({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('latin1') }))
    })
    sent.on('error', failed)
    sent.end(body)
  })

/** In eights: the server is asked while it still works on others, as in life. */
async function each(cases: readonly Case[], check: (it: Case) => Promise<void>) {
  const left = [...cases]
  const next = async (): Promise<void> => {
    const it = left.pop()
    if (!it) return
    await check(it)
    return next()
  }
  await Promise.all(Array.from({ length: 8 }, next))
}

const goes = (endpoint: Endpoint) =>
  // Event streams stay open, and the account and its session must outlive the test.
  endpoint.answer !== 'events' &&
  !['DELETE /api/auth/me', 'POST /api/auth/logout', 'POST /auth/logout'].includes(`${endpoint.method} ${endpoint.path}`)

const targetOf = (endpoint: Endpoint) => ({
  endpoint,
  address: endpoint.method === 'DELETE' ? undefined : addressOf(endpoint.path, hers),
  good: bodyOf(`${endpoint.method} ${endpoint.path}`, hers),
})

/** What looks goes first: what is made afterwards would only make its answers long. */
const looksFirst = (one: Endpoint, other: Endpoint) => Number(other.method === 'GET') - Number(one.method === 'GET')
const routes = endpoints
  .filter(goes)
  .toSorted(looksFirst)
  .map((it) => [`${it.method} ${it.path}`, it] as const)

describe('no input makes the server fail', () => {
  test.each(routes)('%s', { timeout: bar.patience(60_000) }, async (_, endpoint) => {
    await each(casesFor(targetOf(endpoint)), async (it) => {
      const { status, text } = await ask(endpoint.method, it)
      const shown = `${status} ${it.path} ${JSON.stringify(it.headers)} ${it.body.slice(0, 300)} → ${text.slice(0, 300)}`
      // 503: an engine that is not set up.
      if (status >= 500 && status !== 503) throw new Error(shown)
      if (/^\{/.test(text) && /node_modules|\bat \w+ \(|select .* from|syntax error/i.test(text)) throw new Error(shown)
    })
  })

  test('and afterwards everybody is who they were, and the house is in order', async () => {
    const { rows } = await app.database.pool.query(
      "select count(*)::int as n from users where role = 'admin' or plan <> 'free'",
    )
    expect(rows[0].n).toBe(0)
    expect(Object.prototype).not.toHaveProperty('role')
    expect((await app.client().raw('/readyz')).status).toBe(200)
    expect(app.logged()).not.toMatch(/"code":"internal"|audit row could not/)
  })
})

const odd = [
  'application/json\t; charset=utf-8',
  '\tapplication/json',
  ' application/json',
  'application/json\t',
  'application/json ;',
  'application/json;',
  'application/jsonx',
  'application/json, text/plain',
  'APPLICATION/JSON',
  'application/json; charset="',
  'text/json',
  'garbage',
  '',
]
const checked = endpoints.filter((it) => it.body && (it.consumes ?? 'json') === 'json' && goes(it))

describe('a content type that is written oddly never lets a body past its check', () => {
  test.each(checked.map((it) => [`${it.method} ${it.path}`, it] as const))('%s', async (_, endpoint) => {
    const path = addressOf(endpoint.path, hers)
    for (const type of odd) {
      // Of the wrong kind everywhere, and with a member that only a check would refuse.
      const body = JSON.stringify({
        ...(bodyOf(`${endpoint.method} ${endpoint.path}`, hers) ?? {}),
        text: {},
        title: {},
      })
      const wrong = JSON.stringify([body])
      const { status } = await ask(endpoint.method, { path, headers: { 'content-type': type }, body: wrong })
      expect([type, status < 300 || status >= 500]).toEqual([type, false])
    }
  })
})
