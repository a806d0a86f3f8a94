import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import {
  addHighlight,
  addTask,
  bulkConversations,
  createShare,
  deleteConversation,
  deleteMe,
  getConversation,
  listConversations,
  putSegment,
  restoreConversation,
  search,
  updateMe,
} from '@mina/contract'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, type TestPerson, testApp, testClock } from '../../../test/app.ts'
import { createAudit } from '../../access/audit.ts'
import {
  audit,
  conversations,
  doomedFiles,
  recordings,
  segments,
  shares,
  transcripts,
  users,
} from '../../platform/database/schema/index.ts'
import { createLocalFiles } from '../../platform/files/local.ts'
import type { Files } from '../../platform/files/port.ts'
import { silentLog } from '../../platform/log.ts'
import { RESTORE_MS } from '../conversations/index.ts'
import { createPrivacy } from './index.ts'

const DAY_MS = 86_400_000

let app: TestApp
let root: string
const clock = testClock()
beforeAll(async () => {
  app = await testApp({ clock, roles: ['web'] })
  root = app.config.storage.kind === 'local' ? app.config.storage.localDir : ''
})
afterAll(() => app.close())

const privacy = (files: Files = createLocalFiles({ root })) =>
  createPrivacy({
    ...{ db: app.database.db, files, clock, log: silentLog, restoreMs: RESTORE_MS },
    audit: createAudit(app.database.db, silentLog),
    onGone: async () => {},
  })

/** A conversation with words, marks, a link and a recording on disk. */
async function whole(person: TestPerson, text = 'the tide turns', createdAt?: Date) {
  const talk = await person.conversation('Tides')
  await person.call(putSegment, {
    params: talk,
    body: { idx: 0, start_ms: 0, end_ms: 900, text, is_final: true },
  })
  await person.call(addHighlight, { params: talk, body: { text: 'tide' } })
  await person.call(addTask, { params: talk, body: { text: 'measure' } })
  const { token } = await person.call(createShare, { params: talk, body: {} })
  const key = `users/${person.user.id}/conversations/${talk.id}/audio.wav`
  const file = join(root, key)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, `sound of ${text}`)
  const { db } = app.database
  await db.insert(recordings).values({
    conversation_id: talk.id,
    user_id: person.user.id,
    storage_key: key,
    filename: 'tides.wav',
    media_type: 'audio/wav',
    size: 10,
    sha256: '',
  })
  if (createdAt) await db.update(conversations).set({ created_at: createdAt }).where(eq(conversations.id, talk.id))
  return { ...talk, token, file, key }
}

const rowsOf = async (id: string) => {
  const { db } = app.database
  const counts = await Promise.all([
    db.$count(conversations, eq(conversations.id, id)),
    db.$count(segments, eq(segments.conversation_id, id)),
    db.$count(transcripts, eq(transcripts.conversation_id, id)),
    db.$count(recordings, eq(recordings.conversation_id, id)),
    db.$count(shares, eq(shares.conversation_id, id)),
  ])
  return counts.reduce((sum, it) => sum + it, 0)
}

test('a deleted conversation is hidden everywhere at once, and its links end', async () => {
  const alice = await app.person()
  const talk = await whole(alice)
  await alice.call(deleteConversation, { params: talk, query: {} })
  await expect(alice.call(getConversation, { params: talk, query: {} })).rejects.toMatchObject({ code: 'not_found' })
  expect((await alice.call(listConversations, { query: {} })).items).toEqual([])
  expect((await alice.call(listConversations, { query: { q: 'tide' } })).items).toEqual([])
  expect((await alice.call(search, { query: { q: 'tide' } })).items).toEqual([])
  expect((await app.client().raw(`/api/shares/${talk.token}`)).status).toBe(410)
  for (const path of ['highlights', 'tasks', 'shares', 'comments', 'history', 'versions'])
    expect((await alice.raw(`/api/conversations/${talk.id}/${path}`)).status).toBe(404)
  const rows = await app.database.db.select().from(audit).where(eq(audit.subject_id, talk.id))
  // Looking for it afterwards, as above, was denied to its owner too.
  expect(rows.map((row) => row.action).filter((it) => it !== 'denied')).toEqual(['delete'])
  await expect(alice.call(deleteConversation, { params: talk, query: {} })).rejects.toMatchObject({ status: 404 })
})

test('for ten minutes it can be brought back, by its owner; then the sweep leaves nothing', async () => {
  const [alice, bob] = [await app.person(), await app.person()]
  const talk = await whole(alice)
  await alice.call(deleteConversation, { params: talk, query: {} })
  await expect(bob.call(restoreConversation, { params: talk })).rejects.toMatchObject({ code: 'not_found' })
  clock.forward(RESTORE_MS - 60_000)
  await privacy().sweep()
  await alice.call(restoreConversation, { params: talk })
  expect((await alice.call(search, { query: { q: 'tide' } })).items).not.toEqual([])
  expect(await readFile(talk.file, 'utf8')).toBe('sound of the tide turns')
  expect((await app.client().raw(`/api/shares/${talk.token}`)).status).toBe(410)

  await alice.call(deleteConversation, { params: talk, query: {} })
  clock.forward(RESTORE_MS + 1_000)
  await expect(alice.call(restoreConversation, { params: talk })).rejects.toMatchObject({ code: 'not_found' })
  await privacy().sweep()
  expect(await rowsOf(talk.id)).toBe(0)
  expect(existsSync(talk.file)).toBe(false)
  expect(await app.database.db.$count(doomedFiles)).toBe(0)
  expect((await app.client().raw(`/api/shares/${talk.token}`)).status).toBe(404)
})

test('with now=true nothing waits', async () => {
  const alice = await app.person()
  const talk = await whole(alice)
  await alice.call(deleteConversation, { params: talk, query: { now: 'true' } })
  expect(await rowsOf(talk.id)).toBe(0)
  expect(existsSync(talk.file)).toBe(false)
  await expect(alice.call(restoreConversation, { params: talk })).rejects.toMatchObject({ code: 'not_found' })
})

test('a removal that was interrupted between rows and files is ended by a later sweep', async () => {
  const alice = await app.person()
  const talk = await whole(alice)
  await alice.call(deleteConversation, { params: talk, query: {} })
  clock.forward(RESTORE_MS + 1_000)
  const files = createLocalFiles({ root })
  const broken: Files = { ...files, remove: () => Promise.reject(new Error('disk is away')) }
  await privacy(broken).sweep()
  expect(await rowsOf(talk.id)).toBe(0)
  expect(await app.database.db.$count(doomedFiles, eq(doomedFiles.storage_key, talk.key))).toBe(1)
  clock.forward(600_000)
  await privacy().sweep()
  expect(existsSync(talk.file)).toBe(false)
  expect(await app.database.db.$count(doomedFiles)).toBe(0)
})

test('a file that somebody claims in time stays, and one that nobody claims goes', async () => {
  const { db } = app.database
  const keys = ['users/x/kept.wav', 'users/x/orphan.wav']
  for (const key of keys) {
    await mkdir(dirname(join(root, key)), { recursive: true })
    await writeFile(join(root, key), 'x')
    await db.insert(doomedFiles).values({ storage_key: key, remove_after: new Date(clock.now().getTime() + 60_000) })
  }
  await privacy().sweep()
  expect(keys.map((key) => existsSync(join(root, key)))).toEqual([true, true])
  await db.delete(doomedFiles).where(eq(doomedFiles.storage_key, keys[0]!))
  clock.forward(61_000)
  await privacy().sweep()
  expect(keys.map((key) => existsSync(join(root, key)))).toEqual([true, false])
})

test('audio and conversations are kept for as many days as their owner wants, and not one more', async () => {
  const [alice, bob] = [await app.person(), await app.person()]
  await alice.call(updateMe, { body: { settings: { keep_audio_days: 10, keep_conversations_days: 30 } } })
  const daysAgo = (days: number) => new Date(clock.now().getTime() - days * DAY_MS)
  const young = await whole(alice, 'young', daysAgo(9))
  const middle = await whole(alice, 'middle', daysAgo(11))
  const almost = await whole(alice, 'almost', daysAgo(29))
  const old = await whole(alice, 'old', daysAgo(31))
  const other = await whole(bob, 'other', daysAgo(400))
  await privacy().retention()
  expect([young, middle, almost, old, other].map((it) => existsSync(it.file))).toEqual([
    true,
    false,
    false,
    false,
    true,
  ])
  const { items } = await alice.call(listConversations, { query: {} })
  expect(items.map((it) => it.id)).toEqual([young.id, middle.id, almost.id])
  expect(await rowsOf(old.id)).toBe(0)
  const opened = (await alice.call(getConversation, { params: middle, query: {} })) as {
    conversation: { has_audio: boolean }
    segments: { text: string }[]
  }
  expect([opened.conversation.has_audio, opened.segments[0]?.text]).toEqual([false, 'middle'])
  const record = await app.database.db.select().from(audit).where(eq(audit.actor_id, alice.user.id)).orderBy(audit.id)
  expect(record.filter((row) => row.action === 'delete').map((row) => [row.subject_id, row.details])).toEqual([
    [old.id, { what: 'conversation', by: 'retention' }],
    [middle.id, { what: 'audio', by: 'retention' }],
    [almost.id, { what: 'audio', by: 'retention' }],
  ])
})

test('an account goes at once and whole, also when its removal is interrupted', async () => {
  const [alice, bob] = [await app.person(), await app.person()]
  const talk = await whole(alice)
  const kept = await whole(bob)
  await alice.call(deleteMe, { body: { password: alice.password } })
  expect(await rowsOf(talk.id)).toBe(0)
  expect(existsSync(join(root, `users/${alice.user.id}`))).toBe(false)
  expect(await app.database.db.$count(users, eq(users.id, alice.user.id))).toBe(0)

  const carol = await app.person()
  const hers = await whole(carol)
  const failing = privacy({ ...createLocalFiles({ root }), removeAll: () => Promise.reject(new Error('away')) })
  await failing.erase(carol.user.id)
  expect(await app.database.db.$count(users, eq(users.id, carol.user.id))).toBe(0)
  expect(existsSync(hers.file)).toBe(true)
  clock.forward(DAY_MS)
  await privacy().sweep()
  expect(existsSync(hers.file)).toBe(false)
  expect(existsSync(kept.file)).toBe(true)
  expect(await rowsOf(kept.id)).toBeGreaterThan(0)
})

test('an account that was closed but not removed is removed by the sweep', async () => {
  const alice = await app.person()
  const talk = await whole(alice)
  const { db } = app.database
  await db.update(users).set({ is_active: false }).where(eq(users.id, alice.user.id))
  await db.insert(doomedFiles).values({ storage_key: `users/${alice.user.id}/`, remove_after: clock.now() })
  await privacy().sweep()
  expect(await rowsOf(talk.id)).toBe(0)
  expect(existsSync(talk.file)).toBe(false)
})

test('the export holds all that is mine, with the sound, and nothing of anybody else', async () => {
  const [alice, bob] = [await app.person(), await app.person()]
  await whole(bob, 'quetzal of bob')
  const talk = await whole(alice, 'heron of alice')
  const { db } = app.database
  const pass = { conversation_id: talk.id, version: 9, engine: 'local', status: 'done' } as const
  const [former] = await db.insert(transcripts).values(pass).returning()
  const said = { idx: 0, start_ms: 0, end_ms: 900, text: 'herring of alice', is_final: true }
  const ids = { conversation_id: talk.id, transcript_id: former!.id, user_id: alice.user.id }
  await db.insert(segments).values({ ...ids, ...said })
  const answer = await alice.raw('/api/auth/export')
  expect(answer.status).toBe(200)
  const zip = Buffer.from(await answer.arrayBuffer()).toString('latin1')
  for (const mine of [talk.id, 'heron of alice', 'sound of heron of alice', 'measure', 'highlights', alice.email])
    expect(zip).toContain(mine)
  for (const foreign of ['quetzal', bob.email, bob.user.id, talk.token, 'token_hash'])
    expect(zip).not.toContain(foreign)
  const json = /\{"conversation":[\s\S]*?"edits":\[\]\}/.exec(zip)?.[0] ?? ''
  expect(JSON.parse(json)).toMatchObject({
    conversation: { id: talk.id, title: 'Tides' },
    segments: [{ text: 'heron of alice' }],
    highlights: [{ text: 'tide' }],
    tasks: [{ text: 'measure' }],
    shares: [{ views: 0 }],
  })
  expect(zip).toMatch(new RegExp(`conversations/\\d{4}-\\d\\d-\\d\\d_${talk.id}/transcript-9.json`))
  const earlier = /\{"transcript":[\s\S]*?\n\]\}/.exec(zip)?.[0] ?? ''
  expect(JSON.parse(earlier)).toMatchObject({
    transcript: { version: 9, engine: 'local' },
    segments: [{ text: 'herring of alice' }],
  })
})

test('many at once: what is not mine is passed over', async () => {
  const [alice, bob] = [await app.person(), await app.person()]
  const [mine, foreign] = [await whole(alice), await whole(bob)]
  const ids = [mine.id, foreign.id, crypto.randomUUID()]
  const call = (action: 'delete' | 'restore' | 'tag', tag?: string) =>
    alice.call(bulkConversations, { body: { ids, action, ...(tag && { tag }) } })
  expect((await call('tag', 'sea')).changed).toEqual([mine.id])
  expect((await call('delete')).changed).toEqual([mine.id])
  expect((await bob.call(listConversations, { query: {} })).items).toMatchObject([{ id: foreign.id, tags: [] }])
  expect((await call('restore')).changed).toEqual([mine.id])
})
