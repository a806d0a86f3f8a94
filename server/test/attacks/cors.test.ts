import { createKey } from '@mina/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestApp, testApp } from '../app.ts'

const PARTNER = 'https://partner.example.org'
let app: TestApp
beforeAll(async () => {
  app = await testApp({ env: { CORS_ORIGINS: PARTNER }, roles: ['web'] })
})
afterAll(() => app.close())

async function preflight(origin: string, method: string) {
  const headers = { origin, 'access-control-request-method': method, 'access-control-request-headers': 'content-type' }
  const answer = await app.client().raw('/api/conversations/1', { method: 'OPTIONS', headers })
  return {
    origin: answer.headers.get('access-control-allow-origin'),
    methods: (answer.headers.get('access-control-allow-methods') ?? '').split(', '),
  }
}

test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])('an origin that was named may send %s', async (method) => {
  const granted = await preflight(PARTNER, method)
  expect(granted.origin).toBe(PARTNER)
  expect(granted.methods).toContain(method)
})

test.each(['https://evil.example.org', 'https://partner.example.org.evil.net', 'http://partner.example.org', 'null'])(
  'an origin that was not named is granted nothing: %s',
  async (origin) => {
    expect((await preflight(origin, 'PATCH')).origin).toBeNull()
  },
)

test('a page elsewhere may read what it needs to go on with a resumable upload', async () => {
  const alice = await app.person()
  const { api_key } = await alice.call(createKey, { body: { name: 'partner' } })
  const headers = { origin: PARTNER, 'x-api-key': api_key, 'tus-resumable': '1.0.0' }
  const exposed = (answer: Response) =>
    (answer.headers.get('access-control-expose-headers') ?? '').toLowerCase().split(/,\s*/)
  const begun = await app.client().raw('/api/uploads/tus', {
    method: 'POST',
    headers: { ...headers, 'upload-length': '10', 'upload-metadata': `filename ${btoa('a.mp3')}` },
  })
  expect(begun.status).toBe(201)
  expect(exposed(begun)).toEqual(expect.arrayContaining(['location', 'x-conversation-id', 'x-request-id']))
  const unknown = await app.client().raw('/api/uploads/tus/none', { method: 'HEAD', headers })
  expect(exposed(unknown)).toEqual(expect.arrayContaining(['upload-offset', 'upload-length']))
})

/** A browser asks without credentials what it may send; a tus client asks what the server can do, and names no origin. */
const asked = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${app.base}${path}`, { method: 'OPTIONS', headers })

const fromPage = (origin: string) => ({
  origin,
  'access-control-request-method': 'PATCH',
  'access-control-request-headers': 'tus-resumable,upload-offset,content-type,x-api-key',
})

describe.each(['/api/uploads/tus', `/api/uploads/tus/${crypto.randomUUID()}`])('asked first, %s', (path) => {
  const offer = {
    'tus-resumable': '1.0.0',
    'tus-version': '1.0.0',
    'tus-extension': expect.stringMatching(/(^|,)creation(,|$)/),
    'tus-max-size': expect.stringMatching(/^[1-9]\d+$/),
  }

  test('says what the protocol can do', async () => {
    const answer = await asked(path)
    expect(answer.status).toBe(204)
    expect(Object.fromEntries(answer.headers)).toMatchObject(offer)
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  })

  test('lets a page of an origin that was named upload', async () => {
    const answer = await asked(path, fromPage(PARTNER))
    expect(answer.status).toBe(204)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      ...offer,
      'access-control-allow-origin': PARTNER,
      'access-control-allow-methods': expect.stringMatching(/POST.*PATCH/),
      'access-control-allow-headers': expect.stringContaining('upload-offset'),
    })
  })

  test('grants nothing to an origin that was not named', async () => {
    const answer = await asked(path, fromPage('https://evil.example.org'))
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  })
})

test('a server that names no origins tells a tus client what it can do, and pages elsewhere nothing', async () => {
  const closed = await testApp({ roles: ['web'], env: { MAX_MEDIA_MB: '7' } })
  const answer = await fetch(`${closed.base}/api/uploads/tus`, { method: 'OPTIONS', headers: fromPage(PARTNER) })
  expect(answer.status).toBe(204)
  expect(answer.headers.get('tus-max-size')).toBe(String(7 * 1_048_576))
  expect([...answer.headers.keys()].filter((it) => it.startsWith('access-control'))).toEqual([])
  await closed.close()
})
