import {
  type ConversationItem,
  createConversation,
  finalizeConversation,
  getConversation,
  listConversations,
  listVersions,
  putSegment,
  restoreVersion,
  type Segment,
  updateConversation,
} from '@mina/contract'
import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, type TestPerson, testApp } from '../../../test/app.ts'
import {
  conversations,
  liveSessions,
  segments,
  transcripts,
  webhookDeliveries,
} from '../../platform/database/schema/index.ts'

let app: TestApp
beforeAll(async () => {
  app = await testApp({ env: { RATE_WRITE_PER_MINUTE: '100000', RATE_READ_PER_MINUTE: '100000' } })
})
afterAll(() => app.close())

const segment = (idx: number, text: string, is_final = true) => ({
  idx,
  start_ms: idx * 1000,
  end_ms: idx * 1000 + 900,
  text,
  is_final,
})
const put = (person: TestPerson, params: { id: string }, ...args: Parameters<typeof segment>) =>
  person.call(putSegment, { params, body: segment(...args) })
const open = async (person: TestPerson, params: { id: string }, query = '') =>
  (await (await person.raw(`/api/conversations/${params.id}${query}`)).json()) as {
    ok: boolean
    conversation: ConversationItem & { revision: number; transcript_version: number }
    segments: Segment[]
  }

test('words are counted once, by finals only', async () => {
  const alice = await app.person()
  const talk = await alice.conversation('Tides')
  expect((await put(alice, talk, 0, 'the moon', false)).word_count).toBe(0)
  expect((await put(alice, talk, 0, 'the moon pulls', true)).word_count).toBe(3)
  expect((await put(alice, talk, 0, 'an interim never replaces a final', false)).segment.text).toBe('the moon pulls')
  expect((await put(alice, talk, 0, 'the moon pulls hard', true)).word_count).toBe(4)
  expect((await put(alice, talk, 1, 'the water', true)).word_count).toBe(6)
  const { items } = await alice.call(listConversations, { query: {} })
  expect(items[0]).toMatchObject({
    id: talk.id,
    word_count: 6,
    duration_s: 2,
    snippet: 'the moon pulls hard the water',
  })
})

test('first words that are too long for the list end between two words, and show that they go on', async () => {
  const alice = await app.person()
  const talk = await alice.conversation()
  await alice.call(putSegment, { params: talk, body: segment(0, 'a long morning '.repeat(20).trim(), true) })
  const { items } = await alice.call(listConversations, { query: {} })
  expect(items[0]?.snippet).toMatch(/^(a long morning )+(a( long)?|a long morning)…$/)
})

test('first words of a script without spaces are not cut at the only one', async () => {
  const alice = await app.person()
  const talk = await alice.conversation()
  await alice.call(putSegment, { params: talk, body: segment(0, `はい ${'長い朝の会議です'.repeat(30)}`, true) })
  const { items } = await alice.call(listConversations, { query: {} })
  expect(items[0]?.snippet?.length).toBeGreaterThan(150)
})

test('many upserts at once count every word exactly once, repeated ones too', async () => {
  const alice = await app.person()
  const talk = await alice.conversation()
  const bodies = Array.from({ length: 40 }, (_, i) => segment(i % 20, `these are ${i % 20} words`, true))
  await Promise.all(bodies.map((body) => alice.call(putSegment, { params: talk, body })))
  const { conversation, segments: all } = await open(alice, talk)
  expect([all.length, conversation.word_count]).toEqual([20, 80])
  expect(all.map((it) => it.idx)).toEqual(Array.from({ length: 20 }, (_, i) => i))
  const { items } = await alice.call(listConversations, { query: {} })
  expect(items[0]?.snippet).toMatch(/^these are 0 words these are 1 words these are 2 words/)
})

test('of puts at once each is answered as if it had been alone, and nobody writes into what is another’s', async () => {
  const [alice, bob] = await Promise.all([app.person(), app.person()])
  const talk = await alice.conversation()
  const path = `/api/conversations/${talk.id}/segments`
  const puts = Array.from({ length: 30 }, (_, i) =>
    alice.call(putSegment, { params: talk, body: segment(i, 'two words', true) }),
  )
  const refused = Array.from({ length: 5 }, (_, i) => bob.json(path, segment(i, 'not mine', true)))
  const counts = (await Promise.all(puts)).map((it) => it.word_count)
  expect(counts.sort((one, other) => one - other)).toEqual(Array.from({ length: 30 }, (_, i) => 2 * (i + 1)))
  for (const answer of await Promise.all(refused)) expect(answer.status).toBe(404)
  const again = await Promise.all(
    Array.from({ length: 9 }, (_, i) => alice.call(putSegment, { params: talk, body: segment(3, `take ${i}`, i > 7) })),
  )
  // Only the final replaces a final, whichever came first.
  expect(Math.max(...again.map((it) => it.segment.revision))).toBe(1)
  expect((await open(alice, talk)).segments[3]?.text).toBe('take 8')
}, 60_000)

test('what can not be a segment is refused, and what is too long is not cut', async () => {
  const alice = await app.person()
  const talk = await alice.conversation()
  const path = `/api/conversations/${talk.id}/segments`
  expect((await put(alice, talk, 0, 'x'.repeat(10_000))).segment.text).toHaveLength(10_000)
  const tooLong = await alice.json(path, segment(1, 'x'.repeat(10_001)))
  expect([tooLong.status, ((await tooLong.json()) as { code: string }).code]).toEqual([413, 'too_long'])
  for (const body of [
    { ...segment(1, 'a\0b') },
    { ...segment(-1, 'a') },
    { ...segment(1.5, 'a') },
    { ...segment(1, 'a'), end_ms: 0 },
    { ...segment(1, 'a'), start_ms: 1e12, end_ms: 1e12 },
    { ...segment(1, 'a'), text: 5 },
    { idx: 1 },
  ])
    expect((await alice.json(path, body)).status).toBe(400)
  expect((await open(alice, talk)).segments).toHaveLength(1)
})

test('while a session of the server feeds it, nobody else may', async () => {
  const alice = await app.person()
  const talk = await alice.conversation()
  await app.database.db.insert(liveSessions).values({
    conversation_id: talk.id,
    user_id: alice.user.id,
    resume_hash: crypto.randomUUID(),
    sample_rate: 16_000,
  })
  await expect(put(alice, talk, 0, 'x')).rejects.toMatchObject({ code: 'live', status: 409 })
  await expect(alice.call(finalizeConversation, { params: talk })).rejects.toMatchObject({ code: 'live' })
  await app.database.db.update(liveSessions).set({ state: 'finished' }).where(eq(liveSessions.conversation_id, talk.id))
  expect((await put(alice, talk, 0, 'x')).word_count).toBe(1)
})

test('finishing is done once, however often and however many at once ask for it', async () => {
  const alice = await app.person()
  const talk = await alice.conversation()
  const before = await app.database.db.$count(webhookDeliveries)
  const answers = await Promise.all(Array.from({ length: 5 }, () => alice.call(finalizeConversation, { params: talk })))
  expect(answers.map((it) => it.conversation.status)).toEqual(Array(5).fill('final'))
  const { revision } = (await open(alice, talk)).conversation
  await alice.call(finalizeConversation, { params: talk })
  expect((await open(alice, talk)).conversation.revision).toBe(revision)
  expect(await app.database.db.$count(webhookDeliveries)).toBe(before)
})

test('an unchanged conversation is not sent again; any change is', async () => {
  const alice = await app.person()
  const talk = await alice.conversation()
  await put(alice, talk, 0, 'a '.repeat(3_000).trim())
  const path = `/api/conversations/${talk.id}`
  const first = await alice.raw(path)
  const etag = first.headers.get('etag')!
  expect(first.headers.get('content-encoding')).toBe('gzip')
  expect(first.headers.get('cache-control')).toBe('no-store')
  const ask = () => alice.raw(path, { headers: { 'if-none-match': etag } })
  const again = await ask()
  expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, etag, ''])
  const head = await alice.raw(path, { method: 'HEAD' })
  expect([head.status, head.headers.get('etag'), await head.text()]).toEqual([200, etag, ''])
  await alice.json(`${path}/tasks`, { text: 'new' })
  const changed = await ask()
  expect(changed.status).toBe(200)
  expect(((await changed.json()) as { conversation: ConversationItem }).conversation.open_tasks).toBe(1)
})

test('a long conversation is read whole or in pages, with or without the times of words', async () => {
  const alice = await app.person()
  const talk = await alice.conversation()
  const { db } = app.database
  const [row] = await db.select().from(conversations).where(eq(conversations.id, talk.id))
  const words = [{ text: 'w', start_ms: 0, end_ms: 1 }]
  const rows = Array.from({ length: 2_500 }, (_, idx) => ({
    ...segment(idx, `text ${idx} "quoted"`),
    ...{ conversation_id: talk.id, transcript_id: row!.transcript_id!, user_id: alice.user.id, word_count: 3, words },
  }))
  for (let at = 0; at < rows.length; at += 500) await db.insert(segments).values(rows.slice(at, at + 500))
  const whole = await open(alice, talk)
  expect(whole.ok).toBe(true)
  expect(whole.segments.map((it) => it.idx)).toEqual(rows.map((it) => it.idx))
  expect(whole.conversation.word_count).toBe(7_500)
  expect(whole.segments[7]).toMatchObject({ text: 'text 7 "quoted"', words })
  expect((await open(alice, talk, '?words=false')).segments[7]).not.toHaveProperty('words')
  const page = await open(alice, talk, '?from_idx=2400&limit=50')
  expect([page.segments.length, page.segments[0]?.idx]).toEqual([50, 2_400])
  expect((await open(alice, talk, '?limit=1500')).segments).toHaveLength(1_500)
  expect((await alice.raw(`/api/conversations/${talk.id}?from_idx=99999999999`)).status).toBe(400)
})

test('the list is paged newest first without gaps, also where many began in the same moment', async () => {
  const alice = await app.person()
  const ids = await Promise.all(Array.from({ length: 12 }, (_, i) => alice.conversation(`Talk ${i}`)))
  const at = new Date()
  await app.database.db.update(conversations).set({ created_at: at }).where(eq(conversations.user_id, alice.user.id))
  const seen: string[] = []
  let cursor: string | null = null
  do {
    const query: { limit: number; cursor?: string } = { limit: 5, ...(cursor && { cursor }) }
    const page: { items: ConversationItem[]; next_cursor: string | null } = await alice.call(listConversations, {
      query,
    })
    seen.push(...page.items.map((it) => it.id))
    cursor = page.next_cursor
  } while (cursor)
  expect(seen.toSorted()).toEqual(ids.map((it) => it.id).toSorted())
  for (const wrong of ['x', 'WyJhIiwiYiJd', 'W10'])
    expect((await alice.raw(`/api/conversations?cursor=${wrong}`)).status).toBe(400)
  const most = await alice.raw('/api/conversations?limit=1000')
  expect(most.status).toBe(200)
})

test('title, tags and language are changed, filtered by and counted', async () => {
  const alice = await app.person()
  const [one, two] = [await alice.conversation('One'), await alice.conversation('Two')]
  const { conversation } = await alice.call(updateConversation, {
    params: one,
    body: { title: ' Renamed ', tags: ['sea', 'sea', 'moon'], language: 'de-DE' },
  })
  expect(conversation).toMatchObject({ title: 'Renamed', tags: ['sea', 'moon'], language: 'de-DE' })
  await alice.json(`/api/conversations/${two.id}/tasks`, { text: 'x' })
  await alice.json(`/api/conversations/${two.id}/share`, {})
  const ids = async (query: string) =>
    ((await (await alice.raw(`/api/conversations?${query}`)).json()) as { items: { id: string }[] }).items.map(
      (it) => it.id,
    )
  expect(await ids('tag=sea')).toEqual([one.id])
  expect(await ids('filter=open_tasks')).toEqual([two.id])
  expect(await ids('filter=shared')).toEqual([two.id])
  expect(await ids('status=final')).toEqual([])
  expect(await ids('language=de')).toEqual([one.id])
  expect(await ids('language=de-AT')).toEqual([one.id])
  expect(await ids('language=en')).toEqual([])
  const [later, earlier] = [new Date(Date.now() + 60_000), new Date(Date.now() - 60_000)].map((it) => it.toISOString())
  expect(await ids(`since=${earlier}&until=${later}`)).toEqual([two.id, one.id])
  expect(await ids(`since=${later}`)).toEqual([])
  expect(await ids(`until=${earlier}&language=de`)).toEqual([])
  expect((await alice.raw('/api/conversations?since=yesterday')).status).toBe(400)
  expect(await (await alice.raw('/api/library')).json()).toMatchObject({
    total: 2,
    open_tasks: 1,
    shared: 1,
    attention: 0,
    tags: [
      { name: 'moon', count: 1 },
      { name: 'sea', count: 1 },
    ],
    languages: [{ name: 'de', count: 1 }],
    storage_bytes: 0,
  })
  for (const body of [
    { title: '' },
    { title: 'x'.repeat(256) },
    { title: 'a\0' },
    { user_id: alice.user.id },
    { status: 'final' },
  ])
    expect((await alice.json(`/api/conversations/${one.id}`, body, 'PATCH')).status).toBe(400)
  const { id } = await alice.call(createConversation, { body: {} })
  expect((await open(alice, { id })).conversation).toMatchObject({
    title: 'Untitled Conversation',
    status: 'live',
    source: 'realtime',
  })
})

test('an earlier version is read again, with its own words, speakers and beginning', async () => {
  const alice = await app.person()
  const talk = await alice.conversation()
  await alice.call(putSegment, { params: talk, body: { ...segment(0, 'first pass here'), speaker: 'Ada' } })
  await alice.call(finalizeConversation, { params: talk })
  const { db } = app.database
  const [second] = await db
    .insert(transcripts)
    .values({ conversation_id: talk.id, version: 2, engine: 'local', status: 'done' })
    .returning()
  await db.insert(segments).values({
    ...segment(0, 'second'),
    ...{ conversation_id: talk.id, transcript_id: second!.id, user_id: alice.user.id, word_count: 1, speaker: 'Bob' },
  })
  const restore = (version_id: string) => alice.call(restoreVersion, { params: { ...talk, version_id } })
  expect((await restore(second!.id)).conversation).toMatchObject({ word_count: 1, speakers: ['Bob'] })
  expect((await open(alice, talk)).segments.map((it) => it.text)).toEqual(['second'])
  const { items } = await alice.call(listVersions, { params: talk })
  expect(items.map((it) => [it.version, it.current])).toEqual([
    [2, true],
    [1, false],
  ])
  expect((await restore(items[1]!.id)).conversation).toMatchObject({ word_count: 3, speakers: ['Ada'] })
  expect((await alice.call(listConversations, { query: {} })).items[0]?.snippet).toBe('first pass here')
  const other = await alice.conversation()
  await expect(alice.call(restoreVersion, { params: { ...other, version_id: second!.id } })).rejects.toMatchObject({
    status: expect.any(Number),
    code: expect.stringMatching(/not_found|live/),
  })
})

test("a stranger's conversation does not exist", async () => {
  const [alice, bob] = [await app.person(), await app.person()]
  const talk = await alice.conversation()
  const denied = { code: 'not_found', status: 404 }
  await expect(bob.call(getConversation, { params: talk, query: {} })).rejects.toMatchObject(denied)
  await expect(put(bob, talk, 0, 'x')).rejects.toMatchObject(denied)
  await expect(bob.call(updateConversation, { params: talk, body: { title: 'x' } })).rejects.toMatchObject(denied)
  await expect(bob.call(finalizeConversation, { params: talk })).rejects.toMatchObject(denied)
  expect((await bob.call(listConversations, { query: {} })).items).toEqual([])
  const mine = await app.database.db.$count(
    conversations,
    and(eq(conversations.id, talk.id), eq(conversations.revision, 0)),
  )
  expect(mine).toBe(1)
})
