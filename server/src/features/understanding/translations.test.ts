import {
  addVocabulary,
  type ConversationAnswer,
  deleteConversation,
  deleteTranslation,
  deleteTranslationVersion,
  editSegment,
  getConversation,
  getTranslation,
  listTranslations,
  restoreTranslation,
  startTranslation,
} from '@mina/contract'
import { eq, sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { z } from 'zod'
import { type TestApp, type TestPerson, testApp } from '../../../test/app.ts'
import { startLibreTranslateDouble } from '../../../test/doubles/translation/libretranslate.ts'
import type { Double } from '../../../test/doubles/translation/server.ts'
import { eventually, spokenConversation } from '../../../test/meeting.ts'
import { conversations, segments, transcripts } from '../../platform/database/schema/index.ts'

let libre: Double
let app: TestApp
beforeAll(async () => {
  libre = await startLibreTranslateDouble({ translate: (text) => `[it] ${text}`, batchLimit: 100 })
  app = await testApp({ env: { LIBRETRANSLATE_URL: libre.url } })
})
afterAll(async () => {
  await app.close()
  await libre.close()
})
afterEach(() => {
  libre.faults.length = 0
})

const talk = [
  { speaker: 'Anna', text: 'The tide comes in twice a day.' },
  { speaker: 'Ben', text: 'Because of the moon.' },
  { speaker: 'Anna', text: 'And a little because of the sun.' },
]
const params = (id: string, language = 'it') => ({ id, language })
const read = (person: TestPerson, id: string, language = 'it', version?: number) =>
  person.call(getTranslation, { params: params(id, language), query: version ? { version } : {} })
/** Asks for it, and answers what came of that when it has come to an end. */
const made = async (person: TestPerson, id: string, body: z.input<(typeof startTranslation)['body']>) => {
  const { language, version } = (await person.call(startTranslation, { params: { id }, body })).translation
  return await eventually(
    () => read(person, id, language, version),
    ({ translation }) => translation.status === 'done' || translation.status === 'failed',
  )
}
const translated = async (person: TestPerson, spoken = talk) => {
  const { id } = await spokenConversation(person, spoken)
  return { id, ...(await made(person, id, { target_language: 'Italian' })) }
}
const versionsOf = async (person: TestPerson, id: string) =>
  (await person.call(listTranslations, { params: { id } })).items.map((it) => [it.language, it.version, it.status])
const textsOf = (from: number) =>
  libre.requests
    .slice(from)
    .filter((it) => it.path === '/translate')
    .flatMap((it) => [(JSON.parse(it.body) as { q: string | string[] }).q].flat())
/** As when the recording is recognised once more. */
const anotherTranscript = async (conversationId: string, text: string) => {
  const { db } = app.database
  const [talk] = await db.select().from(conversations).where(eq(conversations.id, conversationId))
  const conversation_id = conversationId
  const pass = { conversation_id, version: 2, engine: 'local', status: 'done' } as const
  const [transcript] = await db.insert(transcripts).values(pass).returning()
  const ids = { conversation_id, transcript_id: transcript!.id, user_id: talk!.user_id }
  await db.insert(segments).values({ ...ids, idx: 0, start_ms: 0, end_ms: 900, text, is_final: true })
  await db.update(conversations).set({ transcript_id: transcript!.id }).where(eq(conversations.id, conversationId))
}
const segmentsOf = async (person: TestPerson, id: string) =>
  ((await person.call(getConversation, { params: { id }, query: {} })) as z.output<typeof ConversationAnswer>).segments

test('a conversation is translated in the background, with its times and speakers', async () => {
  const anna = await app.person()
  const { id } = await spokenConversation(anna, talk)
  const { translation } = await anna.call(startTranslation, { params: { id }, body: { target_language: 'Italian' } })
  expect(translation).toMatchObject({ language: 'it', engine: 'libretranslate', error: null })
  const done = await made(anna, id, { target_language: 'it' })
  expect(done.translation).toMatchObject({
    version: 1,
    status: 'done',
    progress: 1,
    segments: { total: 3, translated: 3, stale: 0 },
  })
  expect(done.segments.map(({ speaker, start_ms, text, stale }) => [speaker, start_ms, text, stale])).toEqual([
    ['Anna', 0, '[it] The tide comes in twice a day.', false],
    ['Ben', 20_000, '[it] Because of the moon.', false],
    ['Anna', 40_000, '[it] And a little because of the sun.', false],
  ])
  const { items } = await anna.call(listTranslations, { params: { id } })
  expect(items.map((it) => it.language)).toEqual(['it'])
})

test('an edit makes its segment stale; a new version translates only that, and the former one stays', async () => {
  const anna = await app.person()
  const { id } = await translated(anna)
  const [, second] = await segmentsOf(anna, id)
  await anna.call(editSegment, { params: { id, sid: second!.id }, body: { text: 'Mostly because of the moon.' } })
  const stale = await read(anna, id)
  expect(stale.segments.map((it) => it.stale)).toEqual([false, true, false])
  expect(stale.translation.segments.stale).toBe(1)

  const before = libre.requests.length
  const done = await made(anna, id, { target_language: 'it' })
  expect(done.segments.map((it) => it.text)).toContain('[it] Mostly because of the moon.')
  expect(done.translation).toMatchObject({ version: 2, segments: { total: 3, translated: 3, stale: 0 } })
  expect(textsOf(before)).toEqual(['Mostly because of the moon.'])
  expect(await versionsOf(anna, id)).toEqual([
    ['it', 2, 'done'],
    ['it', 1, 'done'],
  ])
  const former = await read(anna, id, 'it', 1)
  expect(former.segments.map((it) => [it.text, it.stale])).toContainEqual(['[it] Because of the moon.', true])
  expect((await read(anna, id)).translation.version).toBe(2)
})

test('what is up to date is not made again', async () => {
  const anna = await app.person()
  const { id, translation } = await translated(anna)
  const before = libre.requests.length
  const again = await made(anna, id, { target_language: 'it' })
  expect(again.translation).toEqual(translation)
  expect(textsOf(before)).toEqual([])
})

test('while a new version is made, and when it fails, the former is what is read and taken out', async () => {
  const anna = await app.person()
  const { id } = await translated(anna)
  libre.faults.push({ kind: 'hang' })
  const before = libre.requests.length
  const body = { target_language: 'it', glossary: { moon: 'luna' } }
  await anna.call(startTranslation, { params: { id }, body })
  await libre.received(before + 1)
  const exported = () => anna.raw(`/api/conversations/${id}/export?format=txt&language=it&translation=only`)
  expect((await read(anna, id)).translation).toMatchObject({ version: 1, status: 'done' })
  expect(await (await exported()).text()).toContain('[it] Because of the moon.')
  // Another glossary can not join in; the same wish can.
  const other = anna.call(startTranslation, { params: { id }, body: { ...body, glossary: { moon: 'satellite' } } })
  await expect(other).rejects.toMatchObject({ code: 'conflict' })
  expect((await anna.call(startTranslation, { params: { id }, body })).translation.version).toBe(2)
  await anna.call(deleteTranslationVersion, { params: { ...params(id), version: 2 } })

  libre.faults.push(...Array.from({ length: 9 }, () => ({ kind: 'status' as const, status: 403 })))
  expect((await made(anna, id, body)).translation).toMatchObject({ version: 2, status: 'failed' })
  expect((await read(anna, id)).translation.version).toBe(1)
  expect((await exported()).status).toBe(200)
  // Asked for again, it is the same version that comes to its end.
  libre.faults.length = 0
  expect((await made(anna, id, { target_language: 'it' })).translation).toMatchObject({ version: 2, status: 'done' })
})

test('a former version can be made the newest again, and any can be removed', async () => {
  const anna = await app.person()
  const { id } = await translated(anna)
  await made(anna, id, { target_language: 'it', glossary: { moon: 'luna' } })
  const at = (version: number) => ({ params: { ...params(id), version } })
  const { translation } = await anna.call(restoreTranslation, at(1))
  expect(translation).toMatchObject({ version: 3, status: 'done', segments: { total: 3, translated: 3, stale: 0 } })
  expect((await read(anna, id)).segments.map((it) => it.text)).toContain('[it] Because of the moon.')
  // It is the newest already.
  expect((await anna.call(restoreTranslation, at(3))).translation.version).toBe(3)

  await anna.call(deleteTranslationVersion, at(3))
  expect((await read(anna, id)).segments.map((it) => it.text)).toContain('[it] Because of the luna.')
  await anna.call(deleteTranslationVersion, at(1))
  expect(await versionsOf(anna, id)).toEqual([['it', 2, 'done']])
  for (const gone of [1, 3, 99]) {
    await expect(anna.call(restoreTranslation, at(gone))).rejects.toMatchObject({ code: 'not_found' })
    await expect(anna.call(deleteTranslationVersion, at(gone))).rejects.toMatchObject({ code: 'not_found' })
    await expect(read(anna, id, 'it', gone)).rejects.toMatchObject({ code: 'not_found' })
  }
  await anna.call(deleteTranslation, { params: params(id) })
  expect(await versionsOf(anna, id)).toEqual([])
})

test('a file can be had of a former version too', async () => {
  const anna = await app.person()
  const { id } = await translated(anna)
  const [, second] = await segmentsOf(anna, id)
  await anna.call(editSegment, { params: { id, sid: second!.id }, body: { text: 'Mostly because of the moon.' } })
  await made(anna, id, { target_language: 'it' })
  const file = (query: string) => anna.raw(`/api/conversations/${id}/export?format=txt&translation=only&${query}`)
  const text = async (query: string) => await (await file(query)).text()
  expect(await text('language=it&version=1')).toContain('[it] Because of the moon.')
  expect(await text('language=it&version=2')).toContain('[it] Mostly because of the moon.')
  expect(await text('language=Italian')).toContain('[it] Mostly because of the moon.')
  expect((await file('language=it&version=3')).status).toBe(404)
  expect((await file('version=1')).status).toBe(400)
})

test('a version that was never finished can not be restored, nor any while another is made', async () => {
  const anna = await app.person()
  const { id } = await translated(anna)
  const restore = (version: number) => anna.call(restoreTranslation, { params: { ...params(id), version } })
  libre.faults.push(...Array.from({ length: 9 }, () => ({ kind: 'status' as const, status: 403 })))
  const wish = { target_language: 'it', glossary: { moon: 'luna' } }
  await made(anna, id, wish)
  await expect(restore(2)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('finished') })

  libre.faults.length = 0
  libre.faults.push({ kind: 'hang' })
  const before = libre.requests.length
  await anna.call(startTranslation, { params: { id }, body: wish })
  await libre.received(before + 1)
  await expect(restore(1)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('Wait') })
  await anna.call(deleteTranslation, { params: params(id) })
})

test('a glossary is kept to, stays in force, and a changed one translates again what speaks of it', async () => {
  const anna = await app.person()
  const { id } = await spokenConversation(anna, talk)
  const first = await made(anna, id, { target_language: 'it', glossary: { tide: 'marea' } })
  expect(first.glossary).toEqual({ tide: 'marea' })
  expect(first.segments.map((it) => it.text)).toEqual([
    '[it] The marea comes in twice a day.',
    '[it] Because of the moon.',
    '[it] And a little because of the sun.',
  ])

  // A word of the vocabulary, and no glossary: the former one stays.
  await anna.call(addVocabulary, { body: { word: 'Sun' } })
  let before = libre.requests.length
  const second = await made(anna, id, { target_language: 'it' })
  expect(second.glossary).toEqual({ tide: 'marea', Sun: 'Sun' })
  expect(second.segments.map((it) => it.text)).toContain('[it] And a little because of the Sun.')
  expect(textsOf(before)).toHaveLength(1)

  // The caller's own word goes before the vocabulary's.
  before = libre.requests.length
  const third = await made(anna, id, { target_language: 'it', glossary: { sun: 'sole' } })
  expect(third.glossary).toEqual({ sun: 'sole' })
  expect(third.segments.map((it) => it.text)).toEqual([
    '[it] The tide comes in twice a day.',
    '[it] Because of the moon.',
    '[it] And a little because of the sole.',
  ])
  expect(textsOf(before)).toHaveLength(2)
  expect((await read(anna, id, 'it', 1)).glossary).toEqual({ tide: 'marea' })
})

test('after another transcript is read, the translation is stale as a whole and still there', async () => {
  const anna = await app.person()
  const { id } = await translated(anna)
  await anotherTranscript(id, 'The sea rises and falls.')
  const old = await read(anna, id)
  expect(old.translation.segments).toEqual({ total: 3, translated: 3, stale: 3 })
  expect(old.segments.map((it) => it.stale)).toEqual([true, true, true])
  const anew = await made(anna, id, { target_language: 'it' })
  expect(anew.translation).toMatchObject({ version: 2, segments: { total: 1, translated: 1, stale: 0 } })
  expect(anew.segments.map((it) => it.text)).toEqual(['[it] The sea rises and falls.'])
  expect((await read(anna, id, 'it', 1)).segments).toHaveLength(3)
})

test('two wishes at once are one translation', async () => {
  const anna = await app.person()
  const { id } = await spokenConversation(anna, talk)
  const before = libre.requests.length
  const wishes = await Promise.all(
    ['it', 'Italian', 'it'].map((target_language) =>
      anna.call(startTranslation, { params: { id }, body: { target_language } }),
    ),
  )
  expect(new Set(wishes.map((it) => it.translation.id)).size).toBe(1)
  await made(anna, id, { target_language: 'it' })
  expect(textsOf(before)).toHaveLength(3)
})

test('what was done before a failure is kept, and the failure can be read', async () => {
  const anna = await app.person()
  const long = Array.from({ length: 100 }, (_, at) => ({ text: `Sentence number ${at} of a long talk.` }))
  // Once it has worked, the list of languages is known and not asked for again.
  await translated(anna)
  const { id } = await spokenConversation(anna, long)
  // The first stretch, of four requests, passes; then the key is refused.
  const before = libre.requests.length
  libre.faults.push(...Array.from({ length: 4 }, () => ({ kind: 'own' as const, name: 'fine' })))
  libre.faults.push(...Array.from({ length: 9 }, () => ({ kind: 'status' as const, status: 403 })))
  const failed = await made(anna, id, { target_language: 'it' })
  expect(failed.translation).toMatchObject({ status: 'failed', error: expect.stringContaining('LibreTranslate') })
  expect(failed.segments.length).toBeLessThan(100)

  libre.faults.length = 0
  const kept = failed.segments.map((it) => it.text.slice(5))
  expect(kept.length).toBeGreaterThan(0)
  const resumed = libre.requests.length
  expect(resumed).toBeGreaterThan(before)
  const done = await made(anna, id, { target_language: 'it' })
  expect(done.segments).toHaveLength(100)
  expect(textsOf(resumed).filter((text) => kept.includes(text))).toEqual([])
})

test('removing a translation stops the work on it, and nothing of it stays', async () => {
  const anna = await app.person()
  const { id } = await spokenConversation(anna, talk)
  libre.faults.push({ kind: 'hang' })
  const before = libre.requests.length
  await anna.call(startTranslation, { params: { id }, body: { target_language: 'it' } })
  await libre.received(before + 1)
  await anna.call(deleteTranslation, { params: params(id) })
  await expect(read(anna, id)).rejects.toMatchObject({ code: 'not_found' })
  // The worker is free again: the next translation of the same user is not behind the hanging one.
  expect((await made(anna, id, { target_language: 'de' })).translation.status).toBe('done')
  expect(await versionsOf(anna, id)).toEqual([['de', 1, 'done']])
})

test('deleting the conversation leaves no translation behind', async () => {
  const anna = await app.person()
  const { id } = await translated(anna)
  await anna.call(deleteConversation, { params: { id }, query: {} })
  await expect(anna.call(listTranslations, { params: { id } })).rejects.toMatchObject({ code: 'not_found' })
  await app.database.db.execute(sql`delete from conversations where id = ${id}`)
  const { rows } = await app.database.db.execute(sql`select 1 from translated_segments t
    join conversation_translations c on c.id = t.translation_id where c.conversation_id = ${id}`)
  expect(rows).toEqual([])
})

test('a stranger can neither ask for, read nor remove it', async () => {
  const anna = await app.person()
  const mallory = await app.person()
  const { id } = await translated(anna)
  const refused = { code: 'not_found', status: 404 }
  const body = { target_language: 'it' }
  await expect(mallory.call(startTranslation, { params: { id }, body })).rejects.toMatchObject(refused)
  await expect(mallory.call(listTranslations, { params: { id } })).rejects.toMatchObject(refused)
  await expect(read(mallory, id)).rejects.toMatchObject(refused)
  await expect(mallory.call(deleteTranslation, { params: params(id) })).rejects.toMatchObject(refused)
  const version = { params: { ...params(id), version: 1 } }
  await expect(mallory.call(restoreTranslation, version)).rejects.toMatchObject(refused)
  await expect(mallory.call(deleteTranslationVersion, version)).rejects.toMatchObject(refused)
  expect((await read(anna, id)).segments).toHaveLength(3)
})

test('what can not be done says why', async () => {
  const anna = await app.person()
  const { id } = await spokenConversation(anna, talk)
  const wish = (body: { target_language: string; engine?: string }) =>
    anna.call(startTranslation, { params: { id }, body })
  await expect(wish({ target_language: 'Klingonese' })).rejects.toMatchObject({ code: 'bad_request' })
  await expect(wish({ target_language: 'it', engine: 'babelfish' })).rejects.toMatchObject({ code: 'bad_request' })
  await expect(wish({ target_language: 'it', engine: 'google' })).rejects.toMatchObject({
    code: 'unavailable',
    status: 503,
    message: expect.stringContaining('GOOGLE_'),
  })
  const live = await anna.conversation()
  await expect(anna.call(startTranslation, { params: live, body: { target_language: 'it' } })).rejects.toMatchObject({
    code: 'live',
  })
  expect(app.logged()).not.toContain('twice a day')
})
