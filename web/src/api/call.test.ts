import { endpoint } from '@mina/contract'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { address } from './address.ts'
import { call } from './call.ts'
import { fieldProblems, isApiError } from './failure.ts'
import { isReached } from './reach.ts'
import { csrfFrom, renewal } from './session-cookies.ts'

const app = { family: 'app', summary: '', permission: 'conversations:write' } as const
const rename = endpoint({
  ...app,
  method: 'PATCH',
  path: '/api/things/:id',
  params: z.object({ id: z.string() }),
  body: z.object({ title: z.string() }),
  answer: z.object({ title: z.string() }),
})
const list = endpoint({ ...app, method: 'GET', path: '/api/things', answer: z.object({ items: z.array(z.string()) }) })

const requests: { url: string; method: string; headers: Headers; body: unknown }[] = []
let answer: (url: string) => Response | Promise<Response>
const json = (body: unknown, status = 200) => Response.json(body, { status, headers: { 'x-request-id': 'r1' } })

beforeEach(() => {
  requests.length = 0
  vi.stubGlobal('document', { cookie: 'a=b; __Host-mina_csrf=token%2B1' })
  vi.stubGlobal('fetch', async (url: string, it: RequestInit) => {
    requests.push({ url, method: it.method ?? '', headers: new Headers(it.headers), body: it.body })
    return answer(url)
  })
})
afterEach(() => vi.unstubAllGlobals())

test('a write carries its address, its body and the token of the cookie', async () => {
  answer = () => json({ ok: true, title: 'new' })
  const { title } = await call(rename, { params: { id: 'a/b' }, body: { title: 'new' } })
  expect(title).toBe('new')
  expect(requests[0]).toMatchObject({ url: '/api/things/a%2Fb', method: 'PATCH', body: '{"title":"new"}' })
  expect(requests[0]?.headers.get('x-csrf-token')).toBe('token+1')
})

test('at 401 the session is renewed once for all calls, and each is sent again', async () => {
  let fresh = false
  answer = (url) => {
    if (url === '/api/auth/refresh') {
      fresh = true
      return json({ ok: true })
    }
    return fresh ? json({ ok: true, items: ['x'] }) : json({ ok: false, code: 'unauthorized', message: '' }, 401)
  }
  const both = await Promise.all([call(list), call(list)])
  expect(both.map((it) => it.items)).toEqual([['x'], ['x']])
  expect(requests.filter((it) => it.url === '/api/auth/refresh')).toHaveLength(1)
})

test('a wrong password is sent once, after the session was renewed if it had to be', async () => {
  const change = endpoint({
    ...app,
    method: 'POST',
    path: '/api/auth/change-password',
    body: z.object({ old_password: z.string() }),
    answer: z.object({}),
    errors: ['unauthorized'],
  })
  let fresh = false
  answer = (url) => {
    if (url === '/api/auth/refresh') fresh = true
    const ok = url === '/api/auth/refresh' || (url === '/api/auth/me' && fresh)
    return ok ? json({ ok: true, user: {} }) : json({ ok: false, code: 'unauthorized', message: '' }, 401)
  }
  const failure = await call(change, { body: { old_password: 'wrong' } }).catch((it: unknown) => it)
  expect(isApiError(failure, 'unauthorized')).toBe(true)
  expect(requests.map((it) => it.url)).toEqual([
    '/api/auth/me',
    '/api/auth/refresh',
    '/api/auth/me',
    '/api/auth/change-password',
  ])
})

test('a failure keeps its code, its request and its details', async () => {
  answer = () => json({ ok: false, code: 'bad_request', message: 'title: is too long', field: 'title' }, 400)
  const failure = await call(rename, { params: { id: '1' }, body: { title: '' } }).catch((it: unknown) => it)
  expect(failure).toMatchObject({ code: 'bad_request', status: 400, requestId: 'r1' })
  expect(fieldProblems(failure)).toEqual({ title: 'is too long' })
})

test('no answer at all is told apart from a signed-out session', async () => {
  answer = () => {
    throw new TypeError('Failed to fetch')
  }
  const failure = await call(list).catch((it: unknown) => it)
  expect(isApiError(failure, 'offline')).toBe(true)
  await expect.poll(isReached).toBe(false)
  answer = (url) =>
    url.endsWith('refresh') ? json({}, 503) : json({ ok: false, code: 'unauthorized', message: '' }, 401)
  expect(isApiError(await call(list).catch((it: unknown) => it), 'unavailable')).toBe(true)
  await expect.poll(isReached).toBe(true)
})

test('a call that is cut off says nothing about the server, which still gives a sign of life', async () => {
  answer = (url) => {
    if (url === '/healthz') return new Response('ok')
    throw new TypeError('Failed to fetch')
  }
  await call(list).catch(() => undefined)
  await expect.poll(() => requests.map((it) => it.url)).toContain('/healthz')
  expect(isReached()).toBe(true)
})

test('a tab that waited for another does not refresh again', async () => {
  let stamp = 'old'
  let refreshed = 0
  const renew = renewal(
    async () => {
      refreshed += 1
      return true
    },
    {
      stamp: () => stamp,
      alone: async (work) => {
        stamp = 'new'
        return work()
      },
    },
  )
  expect(await renew('old')).toBe(true)
  expect(refreshed).toBe(0)
  expect(await renew('new')).toBe(true)
  expect(refreshed).toBe(1)
})

test('addresses leave out what is not there', () => {
  expect(address('/api/x', {}, { q: 'a b', cursor: undefined, tag: ['x', 'y'], all: false })).toBe(
    '/api/x?q=a+b&tag=x&tag=y&all=false',
  )
  expect(csrfFrom('xmina_csrf=1; mina_csrf=2')).toBe('2')
})
