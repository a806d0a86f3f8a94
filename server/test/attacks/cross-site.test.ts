import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endpoints } from '../../../scripts/endpoints.ts'
import type { TestApp, TestPerson } from '../app.ts'
import { addressOf, type Belongings, belongingsOf, bodyOf, call, type House, openHouse } from './belongings.ts'
import { kept } from './kept.ts'
import { routesOf } from './matrix.ts'

let house: House
let app: TestApp
let alice: TestPerson
let bob: TestPerson
let hers: Belongings
beforeAll(async () => {
  house = await openHouse()
  app = house.app
  alice = await app.person()
  bob = await app.person()
  hers = await belongingsOf(app, alice, house.receiver)
})
afterAll(() => house.close())

const cookies = (person: TestPerson, ...names: string[]) =>
  [...person.cookies]
    .filter(([name]) => names.length === 0 || names.includes(name))
    .map(([name, value]) => `${name}=${value}`)
    .join('; ')

/** Whatever a session may do, and the two calls that the session itself is about. */
const writes = [
  ...routesOf('own', 'ownNoKey', 'theirs', 'theirsNoKey', 'admin').filter((it) => !/^(GET|HEAD) /.test(it)),
  'POST /api/auth/refresh',
  'POST /api/auth/logout',
]

describe('a write by cookie from another page', () => {
  test.each(writes)('%s is refused and changes nothing', async (route) => {
    const [method = '', path = ''] = route.split(' ')
    const before = await kept(app)
    const forged = [undefined, 'made-up', bob.cookies.get('mina_csrf')!, alice.cookies.get('mina_access')!]
    for (const token of forged)
      for (const type of ['application/json', 'text/plain']) {
        const answer = await fetch(`${app.base}${addressOf(path, hers)}`, {
          method,
          headers: {
            cookie: cookies(alice),
            origin: 'https://evil.example',
            'content-type': type,
            ...(token && { 'x-csrf-token': token }),
          },
          body: JSON.stringify(bodyOf(route, hers) ?? {}),
        })
        expect([answer.status, JSON.stringify(await answer.json())]).toEqual([400, expect.stringMatching(/csrf/i)])
      }
    expect(await kept(app)).toEqual(before)
  })

  test('the refresh cookie alone needs its token too, and with it gets a successor', async () => {
    const carol = await app.person()
    const refresh = (headers: Record<string, string>) =>
      fetch(`${app.base}/api/auth/refresh`, {
        method: 'POST',
        headers: { cookie: cookies(carol, 'mina_refresh'), ...headers },
      })
    expect((await refresh({})).status).toBe(400)
    expect((await refresh({ 'x-csrf-token': bob.cookies.get('mina_csrf')! })).status).toBe(400)
    expect((await refresh({ 'x-csrf-token': carol.cookies.get('mina_csrf')! })).status).toBe(200)
  })

  test('a made-up refresh cookie ends nobody’s session', async () => {
    const carol = await app.person()
    const { rows } = await app.database.pool.query('select id from sessions where user_id = $1', [carol.user.id])
    const stranger = app.client({ cookie: `mina_refresh=${rows[0].id}.0.made-up` })
    const body = { email: bob.email, password: bob.password }
    expect((await stranger.json('/api/auth/login', body)).status).toBe(200)
    expect((await carol.raw('/api/auth/me')).status).toBe(200)
  })
})

describe('calls before there is a session', () => {
  const public_ = endpoints.filter((it) => it.csrf === 'origin')
  test.each(public_.map((it) => `${it.method} ${it.path}`))('%s refuses pages of other sites', async (route) => {
    const before = await kept(app)
    const foreign: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
    ]
    for (const headers of foreign) expect((await call(app.client(headers), route, hers)).status).toBe(400)
    expect(await kept(app)).toEqual(before)
  })
})

describe('looking changes nothing', () => {
  const gets = routesOf('open', 'byToken', 'own', 'ownNoKey', 'theirs', 'theirsNoKey', 'admin')
    .filter((it) => it.startsWith('GET ') && it !== 'GET /api/events')
    .map((it) => it.slice(4))
  test.each(gets)('GET and HEAD %s', async (path) => {
    const before = await kept(app)
    const looked = await call(alice, `GET ${path}`, hers)
    await looked.arrayBuffer()
    const peeked = await call(alice, `HEAD ${path}`, hers)
    expect(peeked.status).toBe(looked.status)
    expect(await kept(app)).toEqual(before)
  })
})
