import {
  type ConversationAnswer,
  deleteConversation,
  deleteTranslation,
  editSegment,
  getConversation,
  getTranslation,
  listTranslations,
  startTranslation,
} from '@mina/contract'
import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { z } from 'zod'
import { type TestApp, type TestPerson, testApp } from '../../../test/app.ts'
import { startLibreTranslateDouble } from '../../../test/doubles/translation/libretranslate.ts'
import type { Double } from '../../../test/doubles/translation/server.ts'
import { eventually, spokenConversation } from '../../../test/meeting.ts'

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
const finished = (person: TestPerson, id: string, language = 'it') =>
  eventually(
    () => person.call(getTranslation, { params: params(id, language) }),
    ({ translation }) => translation.status === 'done' || translation.status === 'failed',
  )
const translated = async (person: TestPerson, spoken = talk) => {
  const { id } = await spokenConversation(person, spoken)
  await person.call(startTranslation, { params: { id }, body: { target_language: 'Italian' } })
  return { id, ...(await finished(person, id)) }
}
const textsOf = (from: number) =>
  libre.requests
    .slice(from)
    .filter((it) => it.path === '/translate')
    .flatMap((it) => [(JSON.parse(it.body) as { q: string | string[] }).q].flat())
const segmentsOf = async (person: TestPerson, id: string) =>
  ((await person.call(getConversation, { params: { id }, query: {} })) as z.output<typeof ConversationAnswer>).segments

test('a conversation is translated in the background, with its times and speakers', async () => {
  const anna = await app.person()
  const { id } = await spokenConversation(anna, talk)
  const { translation } = await anna.call(startTranslation, { params: { id }, body: { target_language: 'Italian' } })
  expect(translation).toMatchObject({ language: 'it', engine: 'libretranslate', error: null })
  const done = await finished(anna, id)
  expect(done.translation).toMatchObject({
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

test('an edit makes its segment stale, and only that is translated again', async () => {
  const anna = await app.person()
  const { id } = await translated(anna)
  const [, second] = await segmentsOf(anna, id)
  await anna.call(editSegment, { params: { id, sid: second!.id }, body: { text: 'Mostly because of the moon.' } })
  const stale = await anna.call(getTranslation, { params: params(id) })
  expect(stale.segments.map((it) => it.stale)).toEqual([false, true, false])
  expect(stale.translation.segments.stale).toBe(1)

  const before = libre.requests.length
  await anna.call(startTranslation, { params: { id }, body: { target_language: 'it' } })
  const done = await finished(anna, id)
  expect(done.segments.map((it) => it.text)).toContain('[it] Mostly because of the moon.')
  expect(done.translation.segments.stale).toBe(0)
  expect(textsOf(before)).toEqual(['Mostly because of the moon.'])
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
  await finished(anna, id)
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
  await anna.call(startTranslation, { params: { id }, body: { target_language: 'it' } })
  const failed = await finished(anna, id)
  expect(failed.translation).toMatchObject({ status: 'failed', error: expect.stringContaining('LibreTranslate') })
  expect(failed.segments.length).toBeLessThan(100)

  libre.faults.length = 0
  const kept = failed.segments.map((it) => it.text.slice(5))
  expect(kept.length).toBeGreaterThan(0)
  const resumed = libre.requests.length
  expect(resumed).toBeGreaterThan(before)
  await anna.call(startTranslation, { params: { id }, body: { target_language: 'it' } })
  const done = await finished(anna, id)
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
  await expect(anna.call(getTranslation, { params: params(id) })).rejects.toMatchObject({ code: 'not_found' })
  // The worker is free again: the next translation of the same user is not behind the hanging one.
  await anna.call(startTranslation, { params: { id }, body: { target_language: 'de' } })
  expect((await finished(anna, id, 'de')).translation.status).toBe('done')
  const { items } = await anna.call(listTranslations, { params: { id } })
  expect(items.map((it) => it.language)).toEqual(['de'])
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
  await expect(mallory.call(getTranslation, { params: params(id) })).rejects.toMatchObject(refused)
  await expect(mallory.call(deleteTranslation, { params: params(id) })).rejects.toMatchObject(refused)
  expect((await anna.call(getTranslation, { params: params(id) })).segments).toHaveLength(3)
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
