import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import {
  addComment,
  addHighlight,
  createShare,
  deleteConversation,
  getShare,
  listComments,
  listConversationComments,
  listShares,
  putSegment,
  removeComment,
  revokeShare,
} from '@mina/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, type TestPerson, testApp, testClock } from '../../../test/app.ts'
import { audit, recordings, shares } from '../../platform/database/schema/index.ts'

let app: TestApp
const clock = testClock()
beforeAll(async () => {
  app = await testApp({ clock, env: { RATE_TOKEN_PER_MINUTE: '100000' } })
})
afterAll(() => app.close())

async function talkOf(person: TestPerson, title = 'Tides') {
  const talk = await person.conversation(title)
  await person.call(putSegment, {
    params: talk,
    body: {
      idx: 0,
      start_ms: 61_000,
      end_ms: 62_000,
      text: 'the <b>moon</b> & "water"',
      is_final: true,
      speaker: 'Ada',
    },
  })
  return talk
}

type Link = { can_comment?: boolean; can_listen?: boolean; expires_in?: number }
const shareOf = async (person: TestPerson, body: Link = {}) => {
  const talk = await talkOf(person)
  return { talk, ...(await person.call(createShare, { params: talk, body })) }
}

const childRoutes = (token: string) => [
  `/api/shares/${token}`,
  `/api/shares/${token}/audio`,
  `/api/shares/${token}/peaks`,
  `/api/shares/${token}/comments`,
]

test('a link shows the listed fields and nothing else, to anybody', async () => {
  const alice = await app.person()
  const { talk, token, url } = await shareOf(alice)
  await alice.call(addHighlight, { params: talk, body: { text: 'moon', label: 'key', start_ms: 1, end_ms: 2 } })
  expect(url).toBe(`${app.config.publicBaseUrl}/s/${token}`)
  expect(Buffer.from(token, 'base64url')).toHaveLength(16)
  const answer = await app.client().raw(`/api/shares/${token}`)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
  expect(answer.headers.get('x-robots-tag')).toContain('noindex')
  const shared = (await answer.json()) as Record<string, object>
  expect(Object.keys(shared).sort()).toEqual([
    'can_comment',
    'can_listen',
    'conversation',
    'highlights',
    'ok',
    'segments',
  ])
  expect(Object.keys(shared.conversation!).sort()).toEqual(['created_at', 'duration_s', 'status', 'title'])
  expect(shared.segments).toEqual([
    {
      id: expect.any(String),
      idx: 0,
      start_ms: 61_000,
      end_ms: 62_000,
      text: 'the <b>moon</b> & "water"',
      is_final: true,
      speaker: 'Ada',
    },
  ])
  expect(shared.highlights).toEqual([
    { id: expect.any(String), text: 'moon', label: 'key', colour: 'yellow', start_ms: 1, end_ms: 2 },
  ])
})

test('the token is kept only as a hash, shown once, and its use is on record', async () => {
  const alice = await app.person()
  const { talk, id, token } = await shareOf(alice)
  await app.client().call(getShare, { params: { token }, query: {} })
  await app.client().call(getShare, { params: { token }, query: {} })
  const { items } = await alice.call(listShares, { params: talk })
  expect(items).toMatchObject([{ id, views: 2, comments: 0, expires_at: null }])
  expect(JSON.stringify(items)).not.toContain(token)
  expect(JSON.stringify(await app.database.db.select().from(shares))).not.toContain(token)
  const rows = await app.database.db.select().from(audit)
  const actions = rows.filter((row) => row.subject_id === id).map((row) => row.action)
  expect(actions).toEqual(['share_create', 'share_view', 'share_view'])
  expect(app.logged()).not.toContain(token)
})

test('an unknown link is 404 and a past one 410, on every child route and page, with the same care', async () => {
  const alice = await app.person()
  const anybody = app.client()
  const statuses = async (token: string) => {
    const answers = await Promise.all([...childRoutes(token), `/s/${token}`].map((path) => anybody.raw(path)))
    for (const answer of answers) {
      expect(answer.headers.get('x-robots-tag')).toContain('noindex')
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
    }
    return [...new Set(answers.map((it) => it.status))]
  }
  expect(await statuses(randomBytes(16).toString('base64url'))).toEqual([404])
  expect(await statuses("' or 1=1 --")).toEqual([404])

  const full = { can_comment: true, can_listen: true }
  const revoked = await shareOf(alice, full)
  await alice.call(revokeShare, { params: { id: revoked.talk.id, sid: revoked.id } })
  expect(await statuses(revoked.token)).toEqual([410])

  const deleted = await shareOf(alice, full)
  await alice.call(deleteConversation, { params: deleted.talk, query: {} })
  expect(await statuses(deleted.token)).toEqual([410])

  const short = await shareOf(alice, { ...full, expires_in: 3_600 })
  expect((await anybody.raw(`/api/shares/${short.token}`)).status).toBe(200)
  clock.forward(3_600_000)
  expect(await statuses(short.token)).toEqual([410])
  await expect(
    anybody.call(addComment, { params: { token: short.token }, body: { name: 'Bob', text: 'late' } }),
  ).rejects.toMatchObject({ code: 'gone' })
})

test('comments come only where they are allowed, and the owner removes them', async () => {
  const [alice, bob] = [await app.person(), await app.person()]
  const anybody = app.client()
  const silent = await shareOf(alice)
  const body = { name: '<img onerror=alert(1)>', text: '=cmd() <script>', at_ms: 5 }
  await expect(anybody.call(addComment, { params: { token: silent.token }, body })).rejects.toMatchObject({
    status: 403,
  })
  const { talk, token } = await shareOf(alice, { can_comment: true })
  const { id, comment } = await anybody.call(addComment, { params: { token }, body })
  expect(comment).toMatchObject(body)
  expect((await anybody.call(listComments, { params: { token } })).items).toEqual([comment])
  expect((await alice.call(listConversationComments, { params: talk })).items).toEqual([comment])
  expect((await alice.call(listShares, { params: talk })).items).toMatchObject([{ comments: 1 }])
  const own = await bob.conversation()
  await expect(bob.call(removeComment, { params: { id: own.id, cid: id } })).rejects.toMatchObject({
    code: 'not_found',
  })
  await alice.call(removeComment, { params: { id: talk.id, cid: id } })
  expect((await anybody.call(listComments, { params: { token } })).items).toEqual([])
})

test('comments from another site are refused, and so are too many', async () => {
  const alice = await app.person()
  const { token } = await shareOf(alice, { can_comment: true })
  const path = `/api/shares/${token}/comments`
  const send = (headers: Record<string, string> = {}) =>
    app.client().raw(path, {
      method: 'POST',
      body: JSON.stringify({ name: 'Bob', text: 'hello' }),
      headers: { 'content-type': 'application/json', ...headers },
    })
  expect(await (await send({ origin: 'https://evil.example' })).json()).toMatchObject({ code: 'csrf' })
  for (let i = 0; i < 10; i += 1) expect((await send()).status).toBe(200)
  const refused = await send()
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
})

test('a stranger makes, sees and ends no link', async () => {
  const [alice, bob] = [await app.person(), await app.person()]
  const { talk, id } = await shareOf(alice)
  const own = await bob.conversation()
  const denied = { code: 'not_found', status: 404 }
  await expect(bob.call(createShare, { params: talk, body: {} })).rejects.toMatchObject(denied)
  await expect(bob.call(listShares, { params: talk })).rejects.toMatchObject(denied)
  await expect(bob.call(revokeShare, { params: { id: own.id, sid: id } })).rejects.toMatchObject(denied)
  expect((await alice.call(listShares, { params: talk })).items).toHaveLength(1)
})

test('whoever may listen hears the recording by byte ranges and sees its waveform', async () => {
  const alice = await app.person()
  const { talk, id, token } = await shareOf(alice, { can_listen: true })
  const key = `users/${alice.user.id}/recordings/${talk.id}.wav`
  const file = join(app.config.storage.kind === 'local' ? app.config.storage.localDir : '', key)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, '0123456789')
  await app.database.db.insert(recordings).values({
    conversation_id: talk.id,
    user_id: alice.user.id,
    storage_key: key,
    filename: 'tides.wav',
    media_type: 'audio/wav',
    size: 10,
    sha256: '',
    duration_ms: 2_000,
    peaks: Buffer.from([0, 255]),
  })
  const anybody = app.client()
  const ask = (range?: string) => anybody.raw(`/api/shares/${token}/audio`, { headers: range ? { range } : {} })
  const whole = await ask()
  expect([whole.status, await whole.text()]).toEqual([200, '0123456789'])
  expect(whole.headers.get('accept-ranges')).toBe('bytes')
  expect(whole.headers.get('x-content-type-options')).toBe('nosniff')
  const part = await ask('bytes=2-4')
  expect([part.status, await part.text(), part.headers.get('content-range')]).toEqual([206, '234', 'bytes 2-4/10'])
  const tail = await ask('bytes=-3')
  expect([tail.status, await tail.text()]).toEqual([206, '789'])
  const downloads = async () =>
    (await app.database.db.select().from(audit)).filter((row) => row.subject_id === id && row.action === 'download')
  expect(await downloads()).toHaveLength(1)
  const first = await ask('bytes=0-1')
  expect([first.status, await first.text()]).toEqual([206, '01'])
  expect(await downloads()).toMatchObject([{ actor_id: null }, { actor_id: null, ip: '127.0.0.1' }])
  expect(whole.headers.get('content-disposition')).toBe('inline')
  expect(whole.headers.get('cache-control')).toBe('private, no-store')
  const past = await ask('bytes=10-')
  expect([past.status, past.headers.get('content-range')]).toEqual([416, 'bytes */10'])
  const peaks = await anybody.raw(`/api/shares/${token}/peaks`)
  const drawn = (await peaks.json()) as { peaks: number[]; duration_ms: number }
  expect([drawn.peaks.length, drawn.peaks[0], drawn.peaks.at(-1), drawn.duration_ms]).toEqual([1_000, 0, 1, 2_000])

  const mute = await alice.call(createShare, { params: talk, body: {} })
  for (const path of ['audio', 'peaks'])
    expect((await anybody.raw(`/api/shares/${mute.token}/${path}`)).status).toBe(403)
})

test('a link is read in one request without a script, and what people said stays text', async () => {
  const alice = await app.person()
  const talk = await talkOf(alice, '</title><script>alert(1)</script> $& tides')
  const place = { start_ms: 61_000, end_ms: 62_000 }
  await alice.call(addHighlight, { params: talk, body: { text: '<b>moon</b>', label: '"x"', ...place } })
  const { token } = await alice.call(createShare, { params: talk, body: {} })
  const answer = await app.client().raw(`/s/${token}`)
  expect(answer.headers.get('content-type')).toMatch(/^text\/html/)
  expect(answer.headers.get('content-disposition')).toBeNull()
  expect(answer.headers.get('content-security-policy')).not.toContain('unsafe')
  expect(answer.headers.get('x-robots-tag')).toContain('noindex')
  const page = await answer.text()
  expect(page).toContain('the <mark class="yellow">&lt;b&gt;moon&lt;/b&gt;</mark> &amp; &quot;water&quot;')
  expect(page).toContain('&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt; $&amp; tides')
  expect(page).toContain('1:01')
  expect(page).not.toContain('<script>alert')
  const gone = await app.client().raw('/s/no-such-link-here')
  expect([gone.status, gone.headers.get('content-type')]).toEqual([404, expect.stringContaining('text/html')])
})

test('the page speaks the reader’s language, also where the link is not open', async () => {
  const alice = await app.person()
  const { token } = await shareOf(alice)
  const read = async (path: string, language: string) => {
    const answer = await app.client({ 'accept-language': language }).raw(path)
    return { text: await answer.text(), language: answer.headers.get('content-language') }
  }
  const italian = await read(`/s/${token}`, 'fr;q=0.9, it-IT, en')
  expect(italian.language).toBe('it')
  expect(italian.text).toContain('Si legge senza account')
  expect(italian.text).toMatch(/<html lang="it">/)
  expect((await read(`/s/${token}`, 'fr')).text).toContain('Reads without an account')
  expect((await read('/s/no-such-link-here', 'it')).text).toContain('Questo link non è aperto')
})

test('the page and the call of its own script count as one visit', async () => {
  const alice = await app.person()
  const { talk, token } = await shareOf(alice)
  const views = async () => (await alice.call(listShares, { params: talk })).items[0]?.views
  await app.client().raw(`/s/${token}`)
  await app.client().call(getShare, { params: { token }, query: {} })
  expect(await views()).toBe(1)
  await app.client().call(getShare, { params: { token }, query: {} })
  expect(await views()).toBe(2)
})

test('to read it again while it changes is no other visit, but to say so without a visit is one', async () => {
  const alice = await app.person()
  const { talk, token } = await shareOf(alice)
  const views = async () => (await alice.call(listShares, { params: talk })).items[0]?.views
  const again = () => app.client().call(getShare, { params: { token }, query: { again: 'true' } })
  await again()
  expect(await views()).toBe(1)
  await again()
  await again()
  expect(await views()).toBe(1)
})
