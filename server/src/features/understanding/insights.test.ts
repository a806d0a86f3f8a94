import {
  askLibrary,
  createTemplate,
  deleteInsights,
  deleteTemplate,
  editSegment,
  getConversation,
  getInsights,
  listConversations,
  listTemplates,
  startInsights,
  takeFoundTasks,
  updateTemplate,
} from '@mina/contract'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, type TestPerson, testApp } from '../../../test/app.ts'
import { type LlmDouble, startLlmDouble } from '../../../test/doubles/llm/server.ts'
import { eventually, spokenConversation } from '../../../test/meeting.ts'
import { usageEvents } from '../../platform/database/schema/index.ts'

let llm: LlmDouble
let app: TestApp
let withModel: TestApp
beforeAll(async () => {
  llm = await startLlmDouble()
  app = await testApp()
  withModel = await testApp({ env: { LLM_BASE_URL: llm.baseUrl, LLM_MODEL: 'small' } })
})
afterAll(async () => {
  await withModel.close()
  await app.close()
  await llm.close()
})

type Wish = { template?: string; engine?: 'auto' | 'embedded' | 'model' }
const start = (person: TestPerson, id: string, body: Wish = {}) => person.call(startInsights, { params: { id }, body })
const finished = (person: TestPerson, id: string, version = 1) =>
  eventually(
    () => person.call(getInsights, { params: { id }, query: { version } }),
    ({ versions }) => versions.some((it) => it.version === version && ['done', 'failed'].includes(it.status)),
  )

const spentBy = (person: TestPerson) =>
  withModel.database.db.select().from(usageEvents).where(eq(usageEvents.user_id, person.user.id))

test('insights are made in the background without any key, and kept', async () => {
  const anna = await app.person()
  const { id } = await spokenConversation(anna)
  const { insights: begun } = await start(anna, id)
  expect(begun).toMatchObject({ version: 1, template: 'meeting', engine: 'auto', stale: false })
  const { insights, version, versions } = await finished(anna, id)
  expect(version).toBe(1)
  expect(versions[0]).toMatchObject({ status: 'done', progress: 1, error: null })
  expect(insights?.engine).toBe('embedded')
  expect(insights?.tasks.map((it) => it.assignee)).toContain('Ben')
  expect(insights?.chapters.length).toBeGreaterThan(1)
  expect(insights?.mood?.timeline.length).toBeGreaterThan(3)
})

test('an export tells all that the insights found, and a redacted one names nobody', async () => {
  const anna = await app.person()
  const { id } = await spokenConversation(anna)
  await start(anna, id)
  await finished(anna, id)
  const exported = async (query: string) => (await anna.raw(`/api/conversations/${id}/export?${query}`)).text()
  const { insights } = JSON.parse(await exported('format=json')) as {
    insights: { heading: string; items: { text: string; at_ms: number }[] }[]
  }
  const textsUnder = (name: string) => insights.find((it) => it.heading === name)?.items.map((it) => it.text) ?? []
  expect(insights.map((it) => it.heading).slice(0, 5)).toEqual([
    'Summary',
    'Decisions',
    'Action items',
    'Questions',
    'Chapters',
  ])
  expect(textsUnder('Questions')).toContain('Carla: Do the sales candidates know about the salary range?')
  expect(textsUnder('Key phrases').some((it) => /^travel budget \(\d+ times\)$/.test(it))).toBe(true)
  expect(textsUnder('People')).toEqual(expect.arrayContaining(['Sarah Jones', 'Maria Rossi']))
  expect(textsUnder('Places')).toEqual(expect.arrayContaining(['Berlin', 'London']))
  expect(textsUnder('Amounts of money')).toContain('$120,000')
  expect(textsUnder('Dates').some((it) => /^Friday \(\d{4}-\d\d-\d\d\)$/.test(it))).toBe(true)
  const text = await exported('format=txt')
  for (const it of ['Questions', 'Key phrases', 'People', 'Amounts of money']) expect(text).toContain(`\n${it}\n`)
  expect(await exported('format=md&redact=true')).not.toMatch(/sarah|jones|maria|rossi/i)
})

test('found action items become tasks, once', async () => {
  const anna = await app.person()
  const { id } = await spokenConversation(anna)
  const { insights: begun } = await start(anna, id)
  const { insights } = await finished(anna, id)
  const take = (indexes: number[]) =>
    anna.call(takeFoundTasks, { params: { id, insights_id: begun.id }, body: { indexes } })
  const { items } = await take([0, 1])
  expect(items.map((it) => it.text)).toEqual(insights?.tasks.slice(0, 2).map((it) => it.text))
  expect(items[0]).toMatchObject({ status: 'open', due_date: insights?.tasks[0]?.due_date })
  const again = await take([1, 0, 1])
  expect(new Set(again.items.map((it) => it.id))).toEqual(new Set(items.map((it) => it.id)))
  await expect(take([999])).rejects.toMatchObject({ code: 'bad_request' })
  const mallory = await app.person()
  await expect(
    mallory.call(takeFoundTasks, { params: { id, insights_id: begun.id }, body: { indexes: [0] } }),
  ).rejects.toMatchObject({ code: 'not_found' })
})

test('each run is a version, made stale by an edit, and can be removed', async () => {
  const anna = await app.person()
  const { id } = await spokenConversation(anna)
  const both = await Promise.all([start(anna, id), start(anna, id)])
  expect(both[0].insights.id).toBe(both[1].insights.id)
  await finished(anna, id, 1)
  const { segments } = (await anna.call(getConversation, { params: { id }, query: {} })) as {
    segments: { id: string }[]
  }
  await anna.call(editSegment, {
    params: { id, sid: segments[0]!.id },
    body: { text: "Good morning. Let's start with the holidays." },
  })
  expect((await finished(anna, id, 1)).versions[0]?.stale).toBe(true)
  await start(anna, id, { engine: 'embedded', template: 'lecture' })
  const { versions } = await finished(anna, id, 2)
  expect(versions.map((it) => [it.version, it.template, it.stale])).toEqual([
    [2, 'lecture', false],
    [1, 'meeting', true],
  ])
  await anna.call(deleteInsights, { params: { id, insights_id: versions[0]!.id } })
  const left = await anna.call(getInsights, { params: { id }, query: {} })
  expect(left.version).toBe(1)
  await expect(anna.call(getInsights, { params: { id }, query: { version: 2 } })).rejects.toMatchObject({
    code: 'not_found',
  })
  const mallory = await app.person()
  await expect(mallory.call(getInsights, { params: { id }, query: {} })).rejects.toMatchObject({ code: 'not_found' })
  await expect(start(mallory, id)).rejects.toMatchObject({ code: 'not_found' })
})

test('without a model, asking for one says which variable to set', async () => {
  const anna = await app.person()
  const { id } = await spokenConversation(anna, [{ text: 'Hello there.' }])
  await expect(start(anna, id, { engine: 'model' })).rejects.toMatchObject({
    status: 503,
    message: expect.stringContaining('LLM_BASE_URL'),
  })
  await expect(start(anna, id, { template: 'nothing' })).rejects.toMatchObject({ code: 'not_found' })
})

test('the model is asked with the text of the template, and its claims are checked', async () => {
  const anna = await withModel.person()
  const { id } = await spokenConversation(anna)
  const { template } = await anna.call(createTemplate, {
    body: { name: 'Board', text: 'For the board: money first, in verse.' },
  })
  llm.answerWith(() => ({
    json: {
      title: 'Budget, app and hiring',
      summary: [
        { text: 'The autumn campaign stays and the travel budget is cut.', lines: [4] },
        { text: 'The spring campaign cost 95,000 dollars.', lines: [1] },
      ],
      chapters: [{ title: 'Budget', first_line: 0 }],
      tasks: [{ text: 'Send the revised budget', assignee: 'Ben', due: 'by Friday', lines: [5] }],
      decisions: [],
    },
  }))
  const before = llm.requests.length
  await start(anna, id, { template: template.id, engine: 'model' })
  const { insights, versions } = await finished(anna, id)
  expect(versions[0]).toMatchObject({ status: 'done', template: template.id })
  expect(insights).toMatchObject({ engine: 'model', model: 'small', title: 'Budget, app and hiring' })
  expect(insights?.summary.map((it) => it.supported)).toEqual([true, false])
  const asked = llm.requests[before]
  expect(`${asked?.system} ${asked?.user}`).toContain('money first, in verse')
})

test('a model that refuses its key fails the run at once, in words that help', async () => {
  const anna = await withModel.person()
  const { id } = await spokenConversation(anna, [{ text: 'We will meet again on Monday.' }])
  const before = llm.requests.length
  llm.answerWith(() => ({ status: 404, message: 'no such model /secret/path' }))
  await start(anna, id, { engine: 'model' })
  const { insights, versions } = await eventually(
    () => anna.call(getInsights, { params: { id }, query: { version: 1 } }),
    (it) => it.versions[0]?.status === 'failed',
  )
  expect(llm.requests.length).toBe(before + 1)
  expect(insights).toBeNull()
  expect(versions[0]?.error).toContain('LLM_MODEL')
  expect(versions[0]?.error).not.toContain('/secret/path')
  expect((await anna.call(getInsights, { params: { id }, query: {} })).insights).toBeNull()
})

test('removing insights in the making stops them', async () => {
  const anna = await withModel.person()
  const { id } = await spokenConversation(anna, [{ text: 'We will meet again on Monday.' }])
  const before = llm.requests.length
  llm.answerWith(() => ({ hang: true }))
  const { insights } = await start(anna, id, { engine: 'model' })
  await eventually(
    async () => llm.requests.length,
    (count) => count > before,
  )
  await anna.call(deleteInsights, { params: { id, insights_id: insights.id } })
  llm.answerWith(() => ({ json: { title: 'T', summary: [], chapters: [], tasks: [], decisions: [] } }))
  // One at a time: the next runs only because the hanging one was broken off.
  await start(anna, id, { engine: 'model' })
  const { versions } = await finished(anna, id, 1)
  expect(versions).toHaveLength(1)
  expect(versions[0]?.status).toBe('done')
})

test('templates: four that come with Mina and my own, all of which I can change', async () => {
  const anna = await app.person()
  const mallory = await app.person()
  const list = async (person: TestPerson) => (await person.call(listTemplates)).items
  expect((await list(anna)).map((it) => it.id)).toEqual(['meeting', 'interview', 'lecture', 'call'])

  await anna.call(updateTemplate, { params: { id: 'call' }, body: { text: 'Only what was promised.' } })
  await anna.call(updateTemplate, { params: { id: 'call' }, body: { name: 'Customer' } })
  const { template } = await anna.call(createTemplate, { body: { name: 'Stand-up', text: 'Who is stuck.' } })
  expect((await list(anna)).slice(3)).toEqual([
    { id: 'call', name: 'Customer', text: 'Only what was promised.', built_in: true, edited: true },
    { id: template.id, name: 'Stand-up', text: 'Who is stuck.', built_in: false, edited: false },
  ])
  expect(await list(mallory)).toHaveLength(4)

  const body = { name: 'MEETING', text: 'x' }
  await expect(anna.call(createTemplate, { body })).rejects.toMatchObject({ code: 'exists' })
  await expect(
    mallory.call(updateTemplate, { params: { id: template.id }, body: { text: 'mine' } }),
  ).rejects.toMatchObject({ code: 'not_found' })
  await expect(mallory.call(deleteTemplate, { params: { id: template.id } })).rejects.toMatchObject({
    code: 'not_found',
  })
  await anna.call(deleteTemplate, { params: { id: 'call' } })
  await anna.call(deleteTemplate, { params: { id: template.id } })
  expect((await list(anna)).map((it) => it.name)).toEqual(['Meeting', 'Interview', 'Lecture', 'Call'])
})

test('a question is answered with passages of mine only, from one conversation or all', async () => {
  const anna = await app.person()
  const mallory = await app.person()
  const meeting = await spokenConversation(anna)
  const tides = await spokenConversation(anna, [
    { text: 'The tides have no budget.' },
    { text: 'They follow the moon.' },
  ])
  await spokenConversation(mallory, [{ text: 'The secret budget is ninety thousand.' }])

  const all = await anna.call(askLibrary, { body: { question: 'How much was the marketing budget cut?' } })
  expect(all).toMatchObject({ engine: 'embedded', found: true })
  expect(all.passages[0]?.text).toMatch(/budget.*marketing|marketing.*budget/)
  expect(new Set(all.passages.map((it) => it.conversation_id))).toEqual(new Set([meeting.id, tides.id]))
  const { items } = await anna.call(listConversations, { query: {} })
  const named = items.map(({ id, title, created_at }) => ({ id, title, created_at }))
  expect(all.conversations).toHaveLength(2)
  expect(named).toEqual(expect.arrayContaining(all.conversations))

  const one = await anna.call(askLibrary, { body: { question: 'budgets?', conversation_id: tides.id } })
  expect(one.passages.map((it) => it.text)).toEqual(['The tides have no budget.'])
  await expect(
    mallory.call(askLibrary, { body: { question: 'budget', conversation_id: tides.id } }),
  ).rejects.toMatchObject({ code: 'not_found' })
  const theirs = await mallory.call(askLibrary, { body: { question: 'What is the budget?' } })
  expect(theirs.passages.map((it) => it.text)).toEqual(['The secret budget is ninety thousand.'])
})

test.each(["'); drop table segments; --", ':* & | ! <-> ((', '\\', '?!', 'the of and', "it's a \\'test'"])(
  'a question of odd signs finds what it finds: %s',
  async (question) => {
    const anna = await app.person()
    await spokenConversation(anna, [{ text: 'A test of odd signs.' }])
    const { passages } = await anna.call(askLibrary, { body: { question } })
    expect(passages.length).toBeLessThanOrEqual(1)
  },
)

test('a question in a script without spaces finds its words', async () => {
  const anna = await app.person()
  await spokenConversation(anna, [{ text: '明日の会議は東京で行います。' }, { text: 'See you.' }])
  const { passages } = await anna.call(askLibrary, { body: { question: '会議' } })
  expect(passages).toHaveLength(1)
})

test('the model answers from the passages, each sentence with its places', async () => {
  const anna = await withModel.person()
  const { id } = await spokenConversation(anna)
  llm.answerWith(() => ({
    json: { found: true, sentences: [{ text: 'The travel budget was about $120,000.', passages: [1, 2, 3, 4, 5, 6] }] },
  }))
  const answer = await anna.call(askLibrary, {
    body: { question: 'How large was the travel budget?', conversation_id: id },
  })
  expect(answer.engine).toBe('model')
  expect(answer.answer[0]?.supported).toBe(true)
  expect(answer.answer[0]?.citations.every((it) => it.conversation_id === id)).toBe(true)
  expect(await spentBy(anna)).toMatchObject([{ service: 'small', endpoint: '/api/ask', tokens: expect.any(Number) }])
})

test('what a model took is entered also for a run that failed', async () => {
  const anna = await withModel.person()
  const { id } = await spokenConversation(anna, [{ text: 'We will meet again on Monday.' }])
  llm.answerWith(() => ({ text: 'I would rather not answer with JSON.' }))
  await start(anna, id, { engine: 'model' })
  await eventually(
    () => spentBy(anna),
    (rows) => rows.length > 0,
  )
  const [row] = await spentBy(anna)
  expect(row).toMatchObject({ service: 'small', endpoint: '/api/conversations/:id/insights' })
  expect(row?.tokens).toBeGreaterThan(0)
  expect((await anna.call(getInsights, { params: { id }, query: {} })).insights).toBeNull()
})
