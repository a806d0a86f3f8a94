import { deleteConversation, getInsights, listTranslations, startInsights } from '@mina/contract'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, type TestPerson, testApp } from '../../../test/app.ts'
import { eventually, spokenConversation } from '../../../test/meeting.ts'
import { silentLog } from '../../platform/log.ts'
import { Hopeless, type JobContext } from '../../platform/queue/job.ts'
import { TranslationError } from '../../translation/errors.ts'
import { fakeTranslator } from '../../translation/fake.ts'
import type { Translators } from '../../translation/registry.ts'
import { type Conversations, createConversations } from '../conversations/index.ts'
import { createInsights } from '../insights/index.ts'
import { createUnderstanding, type WorkUsage } from './index.ts'

/** The whole server takes the calls; its jobs are carried out here, where their circumstances can be chosen. */
let app: TestApp
let conversations: Conversations
beforeAll(async () => {
  app = await testApp({ roles: ['web'] })
  conversations = createConversations({
    db: app.database.db,
    clock: { now: () => new Date() },
    audit: { record: async () => {} } as never,
    find: async () => ({ items: [], next_cursor: null }),
    onChanged: () => {},
    onFinished: async () => {},
    onGone: async () => {},
    onBack: async () => {},
    removeNow: async () => {},
  })
})
afterAll(() => app.close())

type Script = Parameters<typeof fakeTranslator>[0]

function workshop(script?: Script) {
  const usage: WorkUsage[] = []
  const told: Record<string, unknown>[] = []
  const stops = new Map<string, () => void>()
  const translator = fakeTranslator(script, { limits: { items: 2 } }, { retries: { attempts: 1 } })
  const understanding = createUnderstanding({
    db: app.database.db,
    clock: { now: () => new Date() },
    log: silentLog,
    conversations,
    insights: createInsights({ log: silentLog }),
    translators: { choose: () => translator, get: () => translator, all: {} as Translators['all'] },
    send: async () => null,
    signals: {
      cancel: async (id) => stops.get(id)?.(),
      onCancelled(id, stop) {
        stops.set(id, stop)
        return () => stops.delete(id)
      },
    },
    publish: async (_userId, _kind, data) => void told.push(data),
    usage: { record: async (it) => void usage.push(it) },
    timeZoneOf: async () => 'UTC',
  })
  const [translate] = understanding.handlers
  return {
    usage,
    told,
    stops,
    translator,
    understanding,
    translate: (payload: { translation_id: string; user_id: string }, context: Partial<JobContext> = {}) =>
      translate!.handle(payload as never, {
        id: 'job',
        attempt: 1,
        lastAttempt: false,
        signal: new AbortController().signal,
        ...context,
      }),
  }
}

async function wish(person: TestPerson, count = 3) {
  const spoken = Array.from({ length: count }, (_, at) => ({ text: `Sentence number ${at}.` }))
  const { id } = await spokenConversation(person, spoken)
  const { rows } = await app.database.db.execute<{ id: string }>(sql`
    insert into conversation_translations (conversation_id, transcript_id, language, engine)
    select id, transcript_id, 'it', 'fake' from conversations where id = ${id} returning id`)
  return { id, translation_id: rows[0]!.id, user_id: person.user.id }
}
const stored = async (person: TestPerson, id: string) =>
  (await person.call(listTranslations, { params: { id } })).items[0]

test('a job tells how far it is, what it cost, and works once', async () => {
  const anna = await app.person()
  const { id, ...payload } = await wish(anna)
  const { translate, told, usage, translator } = workshop((texts) => texts.map((text) => text.toUpperCase()))
  await translate(payload)
  expect(told.map((it) => it.status)).toEqual(expect.arrayContaining(['running', 'done']))
  expect(told.at(-1)).toMatchObject({ id: payload.translation_id, conversation_id: id, progress: 1, language: 'it' })
  expect(usage).toEqual([expect.objectContaining({ userId: anna.user.id, service: 'fake', failed: false })])
  expect(usage[0]!.characters).toBeGreaterThan(30)
  const asked = translator.requests.length
  await translate(payload)
  expect(translator.requests.length).toBe(asked)
})

test("a job that carries another's ids changes nothing", async () => {
  const anna = await app.person()
  const mallory = await app.person()
  const { id, translation_id } = await wish(anna)
  const { translate, translator } = workshop()
  await expect(translate({ translation_id, user_id: mallory.user.id })).rejects.toBeInstanceOf(Hopeless)
  expect(translator.requests).toEqual([])
  expect(await stored(anna, id)).toMatchObject({ status: 'queued', segments: { translated: 0 } })
})

test('a row that is gone is a job done', async () => {
  const { translate, translator } = workshop()
  await translate({ translation_id: crypto.randomUUID(), user_id: crypto.randomUUID() })
  expect(translator.requests).toEqual([])
})

test('a passing failure waits for the next attempt, which does only the rest; the last says what was wrong', async () => {
  const anna = await app.person()
  const { id, ...payload } = await wish(anna, 12)
  let calls = 0
  const failing = workshop((texts) => {
    calls += 1
    if (calls > 4) throw new TranslationError('fake', 'provider_failed', 'The fake is tired.', { retryable: true })
    return [...texts]
  })
  await expect(failing.translate(payload)).rejects.toThrow('The fake is tired.')
  const half = await stored(anna, id)
  expect(half).toMatchObject({ status: 'running', error: null })
  expect(half?.segments.translated).toBe(8)
  expect(failing.usage[0]?.failed).toBe(true)
  await expect(failing.translate(payload, { attempt: 3, lastAttempt: true })).rejects.toThrow()
  expect(await stored(anna, id)).toMatchObject({ status: 'failed', error: 'The fake is tired.' })
  expect(failing.told.at(-1)).toMatchObject({ status: 'failed' })
})

test('what breaks in an unforeseen way is told without its inner words', async () => {
  const anna = await app.person()
  const { id, ...payload } = await wish(anna)
  const { translate } = workshop(() => {
    throw new Error('Failed query: insert into segments params: Sentence number 1')
  })
  const failure = await translate(payload, { lastAttempt: true }).then(
    () => null,
    (error: Error) => error.message,
  )
  expect(failure).toContain('went wrong')
  const row = await stored(anna, id)
  expect(row).toMatchObject({ status: 'failed' })
  expect(`${failure} ${row?.error}`).not.toMatch(/query|Sentence/)
})

test('a stopped server leaves the work to be taken up again', async () => {
  const anna = await app.person()
  const { id, ...payload } = await wish(anna, 12)
  const stopping = new AbortController()
  let calls = 0
  const { translate } = workshop((texts) => {
    calls += 1
    if (calls === 5) stopping.abort(new Error('shutdown'))
    return [...texts]
  })
  await expect(translate(payload, { signal: stopping.signal })).rejects.toThrow('interrupted')
  expect(await stored(anna, id)).toMatchObject({ status: 'running' })
  const next = workshop()
  await next.translate(payload, { attempt: 2 })
  expect(await stored(anna, id)).toMatchObject({ status: 'done', segments: { total: 12, translated: 12 } })
  expect(next.translator.requests.flatMap((it) => it.texts).length).toBeLessThan(12)
})

test('a conversation that is deleted meanwhile ends the work on it, and nothing is written any more', async () => {
  const anna = await app.person()
  const { id, ...payload } = await wish(anna, 12)
  const work = workshop(async (texts) => {
    await work.understanding.onGone([id])
    return [...texts]
  })
  await work.translate(payload)
  const { rows } = await app.database.db.execute<{ status: string; error: string }>(
    sql`select status, error from conversation_translations where id = ${payload.translation_id}`,
  )
  expect(rows[0]).toMatchObject({ status: 'failed', error: expect.stringContaining('deleted') })
  expect(work.told.map((it) => it.status)).not.toContain('done')
})

test('deleting a conversation over HTTP reaches the work that waits for it', async () => {
  const anna = await app.person()
  const { id } = await spokenConversation(anna, [{ text: 'One.' }])
  await anna.call(startInsights, { params: { id }, body: {} })
  await anna.call(deleteConversation, { params: { id }, query: {} })
  await anna.json(`/api/conversations/${id}/restore`, {})
  const { versions } = await eventually(
    () => anna.call(getInsights, { params: { id }, query: {} }),
    (it) => it.versions[0]?.status === 'failed',
  )
  expect(versions[0]?.error).toContain('deleted')
})

test('corrections are applied with the words of their user only', async () => {
  const anna = await app.person()
  const mallory = await app.person()
  const { understanding } = workshop()
  const { vocabulary } = understanding
  await vocabulary.add(anna.user.id, { word: 'Kubernetes', heard_as: [] })
  const { text, corrections } = await vocabulary.correct(anna.user.id, 'We run cooper netties here.')
  expect(text).toBe('We run Kubernetes here.')
  expect(corrections[0]).toMatchObject({ from: 'cooper netties', to: 'Kubernetes', reason: 'sound' })
  expect((await vocabulary.correct(mallory.user.id, 'We run cooper netties here.')).corrections).toEqual([])
  expect((await vocabulary.wordsOf(anna.user.id)).words).toEqual(['Kubernetes'])
})

test('a person takes along vocabulary, templates, translations and insights, and nothing of others', async () => {
  const anna = await app.person()
  const mallory = await app.person()
  const { id, ...payload } = await wish(anna)
  const theirs = await wish(mallory)
  const work = workshop((texts) => texts.map((text) => text.toUpperCase()))
  await work.translate(payload)
  await work.translate(theirs)
  await work.understanding.vocabulary.add(mallory.user.id, { word: 'Grafana', heard_as: [] })
  const files = new Map<string, string>()
  for await (const { path, content } of work.understanding.exported(anna.user.id)) files.set(path, content)
  const [vocabulary, templates, translation, ...others] = files.keys()
  expect([vocabulary, templates, others]).toEqual(['vocabulary.json', 'templates.json', []])
  expect(translation).toMatch(new RegExp(`^conversations/\\d{4}-\\d\\d-\\d\\d_${id}/translation-it-1.json$`))
  expect(files.get(translation!)).toContain('SENTENCE NUMBER 2.')
  expect(files.get('vocabulary.json')).toBe('[]')
})
