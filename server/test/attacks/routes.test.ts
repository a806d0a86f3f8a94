import { createKey, type Endpoint } from '@mina/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endpoints } from '../../../scripts/endpoints.ts'
import { type TestApp, type TestPerson, testApp } from '../app.ts'

const unlimited = Object.fromEntries(
  ['READ', 'WRITE', 'LOGIN', 'MAIL', 'TOKEN', 'SPEECH'].map((it) => [`RATE_${it}_PER_MINUTE`, '1000000']),
)

let app: TestApp
let alice: TestPerson
let bob: TestPerson
let key: string
let talk: { id: string }
beforeAll(async () => {
  app = await testApp({ env: unlimited })
  alice = await app.person()
  bob = await app.person()
  key = (await alice.call(createKey, { body: { name: 'script' } })).api_key
  talk = await alice.conversation()
})
afterAll(() => app.close())

const NOBODY = '00000000-0000-4000-8000-000000000000'

/** A call of this endpoint about Alice's conversation, with a body that is not worth serving. */
const attempt = (caller: { raw: TestPerson['raw'] }, { method, path }: Endpoint, id = talk.id) =>
  caller.raw(path.replace(/:id\b/, id).replace(/:\w+/g, NOBODY), {
    method,
    ...(method !== 'GET' && { body: '{}', headers: { 'content-type': 'application/json' } }),
  })

const closed = endpoints.filter((it) => it.permission !== 'public')
const named = (list: readonly Endpoint[]) => list.map((it) => [`${it.method} ${it.path}`, it] as const)

describe('nobody', () => {
  test.each(named(closed))('%s asks who is calling', async (_, endpoint) => {
    const answer = await attempt(app.client(), endpoint)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('x-request-id')).toBeTruthy()
  })
})

describe('everything described is served', () => {
  // An event stream has no end that could be read.
  test.each(named(endpoints.filter((it) => it.answer !== 'events')))('%s', async (_, endpoint) => {
    const answer = await attempt(alice, endpoint, NOBODY)
    const text = await answer.text()
    expect(text).not.toContain('There is nothing at this address')
    expect(answer.status).toBeLessThan(500)
  })
})

describe("a stranger and Alice's conversation", () => {
  const ofConversations = endpoints.filter((it) => it.path.startsWith('/api/conversations/:id'))
  test.each(named(ofConversations))('%s does not exist for Bob', async (_, endpoint) => {
    const answer = await attempt(bob, endpoint)
    // A body that is wrong in itself may be refused before anybody is asked whose conversation it is.
    expect([404, 400]).toContain(answer.status)
    expect(await answer.text()).not.toContain('A talk')
  })
})

describe('administration', () => {
  const admin = endpoints.filter((it) => it.permission === 'admin:manage')
  test.each(named(admin))('%s is not for users', async (_, endpoint) => {
    expect((await attempt(bob, endpoint)).status).toBe(403)
  })
})

describe('an API key', () => {
  const refusing = endpoints.filter((it) => it.refuses?.includes('key'))
  test.each(named(refusing))('%s refuses it', async (_, endpoint) => {
    expect((await attempt(app.client({ 'x-api-key': key }), endpoint)).status).toBe(403)
  })
})
