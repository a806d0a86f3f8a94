import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { finalizeConversation } from '@mina/contract'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from '../../src/config/index.ts'
import type { TestApp, TestPerson } from '../app.ts'
import { until } from '../until.ts'
import { type Belongings, belongingsOf, call, HERS, type House, openHouse } from './belongings.ts'
import { kept } from './kept.ts'
import { matrix, routesOf } from './matrix.ts'

const routes = new Set<string>()
/** Told of the server's own Fastify before anything is mounted, so no route is missed. */
const listen = (message: unknown) => {
  const { fastify } = message as { fastify: FastifyInstance }
  fastify.addHook('onRoute', ({ method, url }) => {
    for (const it of [method].flat()) routes.add(`${it} ${url}`)
  })
}

let house: House
let app: TestApp
let alice: TestPerson
let bob: TestPerson
let hers: Belongings
let own: string
beforeAll(async () => {
  subscribe('fastify.initialization', listen)
  house = await openHouse()
  unsubscribe('fastify.initialization', listen)
  app = house.app
  alice = await app.person()
  bob = await app.person()
  hers = await belongingsOf(app, alice, house.receiver)
  own = (await bob.conversation('My own')).id
  await bob.call(finalizeConversation, { params: { id: own } })
})
afterAll(() => house.close())

const closed = routesOf('own', 'ownNoKey', 'theirs', 'theirsNoKey', 'admin')
const refusal = (route: string) => (route.includes(' /saas') ? 403 : 404)
const denials = async () =>
  (await app.database.pool.query("select count(*)::int as n from audit where action = 'denied'")).rows[0].n as number

test('every route of the server stands in the matrix once, and nothing else does', () => {
  // Files that are the same for everybody.
  const isFile = (url: string) => url === '/*' || (url !== '/' && existsSync(join(root, 'web/dist', url)))
  const served = [...routes]
    // What Fastify and CORS add by themselves to every route.
    .filter((route) => !route.startsWith('OPTIONS ') && !(route.startsWith('HEAD ') && !route.includes('/tus')))
    .filter((route) => !route.startsWith('GET /docs/') && !isFile(route.split(' ')[1]!))
  const listed = Object.values(matrix).flat() as string[]
  expect(new Set(listed).size).toBe(listed.length)
  expect([...listed].sort()).toEqual(served.map((it) => it.replace(/(?<=\w)\/$/, '')).sort())
})

describe('nobody, and whoever shows what is no credential', () => {
  test.each(closed)('%s asks who is calling', async (route) => {
    const shown: Record<string, string>[] = [
      {},
      { authorization: `Bearer ${hers.shareToken}` },
      { 'x-api-key': hers.shareToken },
      { cookie: `mina_access=${hers.shareToken}` },
    ]
    for (const headers of shown) {
      const answer = await call(app.client(headers), route, hers)
      const text = await answer.text()
      expect([answer.status, answer.headers.get('x-request-id') !== null]).toEqual([401, true])
      expect(text).not.toContain(HERS)
    }
  })
})

describe("a stranger and Alice's things", () => {
  test.each(routesOf('theirs', 'theirsNoKey'))(
    '%s is denied to Bob, changes nothing and is on record',
    async (route) => {
      const [before, noted] = [await kept(app), await denials()]
      const answer = await call(bob, route, hers)
      const text = route.startsWith('HEAD') ? '' : await answer.text()
      expect([answer.status, text]).toEqual([refusal(route), expect.not.stringContaining(HERS)])
      expect(await kept(app)).toEqual(before)
      if (!route.includes('/tus')) await until(async () => (await denials()) === noted + 1, 'the record')
    },
  )

  const children = routesOf('theirs', 'theirsNoKey').filter((it) => /:id\/.*:(?!language)/.test(it))
  test.each(children)('%s is denied under a parent of his own too', async (route) => {
    const before = await kept(app)
    const answer = await call(bob, route, hers, own)
    expect([answer.status, await answer.text()]).toEqual([404, expect.not.stringContaining(HERS)])
    expect(await kept(app)).toEqual(before)
  })

  test('bodies and lists that name her things leave them alone', async () => {
    const content = ['conversations', 'segments', 'highlights', 'tasks', 'jobs', 'artifacts', 'recordings']
    const before = await kept(app, content)
    for (const action of ['delete', 'restore', 'tag', 'untag'])
      await bob.json('/api/conversations/bulk', { ids: [hers.talk, own], action, tag: 'x' })
    await bob.json('/api/conversations/bulk', { ids: [own], action: 'restore' })
    await bob.json('/api/conversations/bulk', { ids: [own], action: 'untag', tag: 'x' })
    const merged = await bob.json(`/api/conversations/${own}/segments/merge`, { ids: hers.segments.slice(0, 2) })
    const task = await bob.json(`/api/conversations/${own}/tasks`, { id: hers.task, status: 'done' }, 'PATCH')
    const marked = await bob.json(`/api/conversations/${own}/highlights`, { text: 'x', segment_id: hers.segments[0] })
    const asked = await bob.json('/api/ask', { question: HERS, conversation_id: hers.talk })
    const job = await bob.json('/saas/jobs', { type: 'transcription', input_ref: `job:${hers.job}` })
    expect([merged, task, marked, asked, job].map((it) => it.status)).toEqual([404, 404, 404, 404, 400])
    const { conversations, ...rest } = await kept(app, content)
    const { conversations: were, ...same } = before
    expect(rest).toEqual(same)
    const { rows } = await app.database.pool.query('select tags, deleted_at from conversations where id = $1', [
      hers.talk,
    ])
    expect([rows[0], conversations !== were]).toEqual([{ tags: [], deleted_at: null }, true])
  })

  const lists = routesOf('own', 'ownNoKey').filter((it) => it.startsWith('GET ') && it !== 'GET /api/events')
  test.each([...lists, 'POST /api/ask'])('%s shows him nothing of hers', async (route) => {
    const answer = await call(bob, route, hers)
    const text = await answer.text()
    expect(text).not.toContain(hers.talk)
    // What was searched for may be said again; nothing around it is.
    expect(text.replaceAll(`"${HERS}"`, '')).not.toContain(HERS)
    if (answer.ok && /^GET .*(conversations|search|library)$/.test(route))
      expect(text).toMatch(/"items":\[\]|"total":[01]\b/)
  })

  test.each(routesOf('admin'))('%s is not for users', async (route) => {
    const before = await kept(app)
    for (const person of [alice, bob]) expect((await call(person, route, hers)).status).toBe(403)
    expect(await kept(app)).toEqual(before)
  })
})

describe('an API key', () => {
  test.each(routesOf('ownNoKey', 'theirsNoKey', 'admin'))('%s refuses the very owner’s', async (route) => {
    const before = await kept(app)
    expect((await call(app.client({ 'x-api-key': hers.apiKey }), route, hers)).status).toBe(403)
    expect(await kept(app)).toEqual(before)
  })
})

describe('an address that carries its own secret', () => {
  /** Another letter in a place where every bit of it counts. */
  const altered = (link: string) => link.slice(0, -4) + (link.at(-4) === 'A' ? 'B' : 'A') + link.slice(-3)

  test.each(routesOf('byToken').filter((it) => it.includes('/:')))('%s opens by it alone', async (route) => {
    expect((await call(app.client(), route, hers)).status).toBe(200)
    const made = { ...hers, shareToken: 'AAAAAAAAAAAAAAAAAAAAAA', link: altered(hers.link) }
    // Credentials open no link that is not there, not even the owner's.
    for (const caller of [app.client(), alice]) expect((await call(caller, route, made)).status).toBeOneOf([403, 404])
  })
})

describe('the owner, to show that the refusals above were not for want of anything else', () => {
  const steps = ['GET ', 'HEAD ', 'POST ', 'PATCH ', 'DELETE ', ':id/restore']
  /** Looking first, then changing, then taking away, from the leaves to the root; and back again. */
  const rank = (route: string) => steps.findLastIndex((it) => route.includes(it)) * 10 - route.split('/').length
  const ordered = routesOf('theirs', 'theirsNoKey').sort((a, b) => rank(a) - rank(b))
  test.each(ordered)('%s', async (route) => {
    const answer = await call(alice, route, hers)
    const text = route.startsWith('HEAD') ? '' : await answer.text()
    expect([answer.status < 300, text.slice(0, 300)]).toEqual([true, text.slice(0, 300)])
  })
})
