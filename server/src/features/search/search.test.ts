import {
  addTask,
  createConversation,
  createShare,
  deleteConversation,
  editSegment,
  listConversations,
  putSegment,
  search,
  updateConversation,
} from '@mina/contract'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, type TestPerson, testApp } from '../../../test/app.ts'
import { type After, type Found, searchRepository } from './repository.ts'

let app: TestApp
beforeAll(async () => {
  app = await testApp({ env: { RATE_READ_PER_MINUTE: '100000' } })
})
afterAll(() => app.close())

async function talk(person: TestPerson, title: string, ...texts: string[]) {
  const { id } = await person.call(createConversation, { body: { title } })
  for (const [idx, text] of texts.entries())
    await person.call(putSegment, {
      params: { id },
      body: { idx, start_ms: idx * 1_000, end_ms: idx * 1_000 + 900, text, is_final: true },
    })
  return id
}
const find = (person: TestPerson, q: string, more: { limit?: number; cursor?: string } = {}) =>
  person.call(search, { query: { q, ...more } })
const snippets = async (person: TestPerson, q: string) => (await find(person, q)).items.map((it) => it.snippet)

test('words are found whatever their case and accents, and marked', async () => {
  const alice = await app.person()
  const id = await talk(alice, 'A day out', 'We met at the Café Ærø', 'nothing here')
  const { items, next_cursor, corrected } = await find(alice, 'CAFE')
  expect(items).toEqual([
    {
      conversation_id: id,
      title: 'A day out',
      created_at: expect.any(String),
      segment_id: expect.any(String),
      idx: 0,
      start_ms: 0,
      speaker: null,
      snippet: 'We met at the <mark>Café</mark> Ærø',
    },
  ])
  expect([next_cursor, corrected]).toEqual([null, null])
  expect(await snippets(alice, 'aero')).toEqual(['We met at the Café <mark>Ærø</mark>'])
})

test('beginnings, phrases and several words at once', async () => {
  const alice = await app.person()
  await talk(alice, 'Leaves', 'photosynthesis needs light', 'light needs no photosynthesis', 'photographs of light')
  expect(await snippets(alice, 'photosyn')).toHaveLength(2)
  expect(await snippets(alice, 'photo* needs')).toHaveLength(2)
  expect(await snippets(alice, '"needs light"')).toEqual(['photosynthesis <mark>needs</mark> <mark>light</mark>'])
  expect(await snippets(alice, '“needs light”')).toHaveLength(1)
  expect(await snippets(alice, 'light photographs')).toEqual(['<mark>photographs</mark> of <mark>light</mark>'])
  expect(await snippets(alice, '"photo" ')).toEqual([])
})

test('titles are found before what was said, and better matches before worse ones', async () => {
  const alice = await app.person()
  await talk(alice, 'One', 'the moon is far away and a good many other things are said here as well')
  await talk(alice, 'Two', 'moon moon moon')
  const titled = await talk(alice, 'The <moon>')
  const { items } = await find(alice, 'moon')
  expect(items.map((it) => it.title)).toEqual(['The <moon>', 'Two', 'One'])
  expect(items[0]).toMatchObject({
    conversation_id: titled,
    title_marked: 'The &lt;<mark>moon</mark>&gt;',
    segment_id: null,
    idx: null,
    start_ms: null,
    snippet: 'The &lt;<mark>moon</mark>&gt;',
  })
})

test('scripts without spaces, and scripts that are not Latin', async () => {
  const alice = await app.person()
  await talk(alice, 'Scripts', '東京で会議を開きました', 'Москва слезам не верит', 'สวัสดีครับทุกคน', 'اجتماع الفريق غدا')
  expect(await snippets(alice, '会議')).toEqual(['東京で<mark>会議</mark>を開きました'])
  expect(await snippets(alice, 'МОСКВА')).toEqual(['<mark>Москва</mark> слезам не верит'])
  expect(await snippets(alice, 'ทุกคน')).toEqual(['สวัสดีครับ<mark>ทุกคน</mark>'])
  expect(await snippets(alice, 'الفريق')).toHaveLength(1)
  expect(await snippets(alice, '議会')).toEqual([])
})

test('where the exact word is nowhere, its other forms are found; then what was probably meant', async () => {
  const alice = await app.person()
  const id = await talk(
    alice,
    'Chemistry',
    'the catalysts reacted slowly',
    'Москва слезам не верит',
    'der Prüfungen wegen',
  )
  await alice.call(updateConversation, { params: { id }, body: { language: 'de-DE' } })
  const stem = await find(alice, 'reacting slow')
  expect(stem.items[0]?.snippet).toBe('the catalysts <mark>reacted</mark> <mark>slowly</mark>')
  expect(stem.corrected).toBeNull()
  expect(await snippets(alice, 'Prüfung ')).toEqual(['der <mark>Prüfungen</mark> wegen'])
  const wrong = await find(alice, 'catylists slowly')
  expect(wrong.corrected).toBe('catalysts slowly')
  expect(wrong.items[0]?.snippet).toBe('the <mark>catalysts</mark> reacted <mark>slowly</mark>')
  expect((await find(alice, 'Мосвка')).corrected).toBe('москва')
  expect(await find(alice, 'xylophone')).toMatchObject({ items: [], corrected: null })
})

test('pages follow one another without a gap or a repetition, also for other forms of a word', async () => {
  const alice = await app.person()
  for (let i = 0; i < 3; i += 1)
    await talk(alice, `Talk ${i}`, ...Array.from({ length: 4 }, (_, at) => `they were walking number ${i}-${at}`))
  for (const q of ['number', 'walked', 'wlaking']) {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await find(alice, q, { limit: 5, ...(cursor && { cursor }) })
      seen.push(...page.items.map((it) => `${it.conversation_id} ${it.idx}`))
      cursor = page.next_cursor ?? undefined
    } while (cursor)
    expect([q, seen.length, new Set(seen).size]).toEqual([q, 12, 12])
  }
})

test('what is typed is text: no operator, no pattern, no markup', async () => {
  const alice = await app.person()
  await talk(alice, 'Signs', `Robert'); DROP TABLE students;-- & <img src=x onerror=alert(1)> 100% sure \\ a|b !c (d`)
  for (const q of [
    "Robert'); DROP TABLE",
    '100%',
    'a|b',
    '!c',
    '(d',
    "'",
    '\\',
    '%',
    '_',
    ':*',
    '<->',
    '"',
    '""',
    '&',
    '\0',
  ]) {
    const answer = await alice.raw(`/api/search?q=${encodeURIComponent(q)}`)
    expect([q, answer.status]).toEqual([q, 200])
  }
  const [snippet] = await snippets(alice, 'onerror')
  expect(snippet).toContain('&lt;img src=x <mark>onerror</mark>=')
  expect(snippet).not.toContain('<img')
  expect(await snippets(alice, '%')).toEqual([])
  expect(await snippets(alice, 'sur_')).toHaveLength(1)
  expect((await find(alice, ' \n ')).items).toEqual([])
})

test('long and repetitive input is answered at once', async () => {
  const alice = await app.person()
  await talk(alice, 'Long', 'a b c d e f g')
  for (const q of [
    'a '.repeat(5_000),
    'x'.repeat(10_000),
    `${'('.repeat(5_000)}a`,
    '"'.repeat(9_999),
    'é'.repeat(900),
  ]) {
    const started = performance.now()
    const answer = await alice.raw(`/api/search?q=${encodeURIComponent(q)}`)
    expect(answer.status).toBe(200)
    expect(performance.now() - started).toBeLessThan(1_500)
  }
})

test('a cursor that was tampered with is refused', async () => {
  const alice = await app.person()
  const write = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url')
  const id = crypto.randomUUID()
  const now = new Date().toISOString()
  for (const cursor of [
    'x',
    write('best'),
    write('other', 'exact', '', 1, now, id, 1),
    write('best', 'exact', '', 1e12, now, id, 1),
    write('best', 'exact', '', 1, 'never', id, 1),
    write('best', 'exact', '', 1, now, "' or 1=1", 1),
    write('best', 'stem', '{"a":1}', 1, now, id, 1),
  ])
    expect((await alice.raw(`/api/search?q=a&cursor=${cursor}`)).status).toBe(400)
})

test("a stranger's words appear nowhere: not in hits, not in snippets, not as a correction", async () => {
  const [alice, bob] = [await app.person(), await app.person()]
  await talk(alice, 'Quetzalcoatl', 'the zymurgist spoke')
  for (const q of ['zymurgist', 'zymurgits', 'Quetzalcoatl', 'spoke'])
    expect(await find(bob, q)).toMatchObject({ items: [], next_cursor: null, corrected: null })
  expect((await bob.call(listConversations, { query: { q: 'zymurgist' } })).items).toEqual([])
})

test('search follows edits, versions and deletion', async () => {
  const alice = await app.person()
  const id = await talk(alice, 'Edited', 'the mune is bright')
  await alice.call(editSegment, { params: { id, sid: 0 }, body: { text: 'the moonlight is bright' } })
  expect(await snippets(alice, 'mune ')).toEqual([])
  expect(await snippets(alice, 'moonlight')).toHaveLength(1)
  await alice.call(deleteConversation, { params: { id }, query: {} })
  expect(await find(alice, 'moonlight')).toMatchObject({ items: [], corrected: null })
})

test('the list finds each conversation once, with its snippet and time, and filters at the same time', async () => {
  const alice = await app.person()
  const one = await talk(alice, 'First', 'no', 'the harbour at night', 'the harbour again')
  const two = await talk(alice, 'Second', 'harbour harbour')
  await alice.call(updateConversation, { params: { id: two }, body: { tags: ['sea'] } })
  await alice.call(addTask, { params: { id: one }, body: { text: 'x' } })
  await alice.call(createShare, { params: { id: one }, body: {} })
  const ids = async (query: { status?: 'live' | 'final'; tag?: string; filter?: 'open_tasks' | 'shared' }) =>
    (await alice.call(listConversations, { query: { q: 'harbour', ...query } })).items.map((it) => it.id)
  const { items } = await alice.call(listConversations, { query: { q: 'harbour' } })
  expect(items.map((it) => it.id).sort()).toEqual([one, two].sort())
  expect(items.find((it) => it.id === one)).toMatchObject({
    snippet: 'the <mark>harbour</mark> again',
    snippet_ms: 2_000,
    open_tasks: 1,
    shared: true,
  })
  expect(await ids({ tag: 'sea' })).toEqual([two])
  expect(await ids({ filter: 'open_tasks' })).toEqual([one])
  expect(await ids({ filter: 'shared' })).toEqual([one])
  expect(await ids({ status: 'final' })).toEqual([])
  const first = await alice.call(listConversations, { query: { q: 'harbour', limit: 1 } })
  const second = await alice.call(listConversations, { query: { q: 'harbour', limit: 1, cursor: first.next_cursor! } })
  expect([first.items[0]?.id, second.items[0]?.id].sort()).toEqual([one, two].sort())
  expect(second.next_cursor).toBeNull()
})

test('a word that is nearly everywhere is found newest first, titles too, page by page', async () => {
  const alice = await app.person()
  const repository = searchRepository(app.database.db)
  const ids = [
    await talk(alice, 'Everywhere', 'everywhere a', 'everywhere b'),
    await talk(alice, 'Two', 'everywhere c'),
  ]
  const wanted = {
    userId: alice.user.id,
    tsquery: "'everywhere'",
    limit: 2,
    perConversation: false,
    filter: {},
    now: new Date(),
  }
  const seen: string[] = []
  let after: After | null = null
  for (let page = 0; page < 3; page += 1) {
    const found: Found[] = (await repository.page('newest', wanted, after, true))?.found ?? []
    seen.push(...found.map((it) => it.text))
    const last = found.at(-1)
    if (last) after = [last.score, last.created_at.toISOString(), last.conversation_id, last.idx]
  }
  expect(seen).toEqual(['everywhere c', 'Everywhere', 'everywhere a', 'everywhere b'])
  const once = await repository.page('newest', { ...wanted, perConversation: true }, null, true)
  expect(once?.found.map((it) => [it.conversation_id, it.text])).toEqual([
    [ids[1], 'everywhere c'],
    [ids[0], 'Everywhere'],
  ])
})

test('among tens of thousands: common words newest first, rare ones ranked, a misspelt common one put right', async () => {
  const alice = await app.person()
  const { db } = app.database
  await db.execute(sql`
    with made as (
      insert into conversations (user_id, title, status, source, transcript_id, created_at)
      select ${alice.user.id}, 'Talk ' || n, 'final', 'upload', gen_random_uuid(), now() - n * interval '1 minute'
      from generate_series(1, 500) n returning id, transcript_id, title
    ), read as (
      insert into transcripts (id, conversation_id, version, engine, status)
      select transcript_id, id, 1, 'local', 'done' from made
    )
    insert into segments (conversation_id, transcript_id, user_id, idx, start_ms, end_ms, text, is_final)
    select id, transcript_id, ${alice.user.id}, n, n, n, 'the harbour of ' || title || ' sentence ' || n
      || case when title = 'Talk 400' then ' lighthouse' else '' end, true
    from made, generate_series(0, 39) n`)
  await db.execute(sql`analyze segments`)

  for (const q of ['harbour ', 'harb', 'sentence harbour ']) {
    const { items, next_cursor } = await find(alice, q)
    expect(items.map((it) => [it.title, it.idx])).toEqual(Array.from({ length: 20 }, (_, idx) => ['Talk 1', idx]))
    expect((await find(alice, q, { cursor: next_cursor! })).items[0]).toMatchObject({ title: 'Talk 1', idx: 20 })
  }
  // Of a word in more places than are ranked, all are found, also where the planner expected few.
  const many = await searchRepository(db).page(
    'best',
    { userId: alice.user.id, tsquery: "'harbour'", limit: 2, perConversation: false, filter: {}, now: new Date() },
    null,
    true,
  )
  expect(many?.finds).toBe(3_000)

  const rare = await find(alice, 'lighthouse', { limit: 50 })
  expect(rare.items).toHaveLength(40)
  expect(new Set(rare.items.map((it) => it.title))).toEqual(new Set(['Talk 400']))
  expect((await find(alice, '"talk 400 sentence 7"')).items.map((it) => it.idx)).toEqual([7])
  expect((await find(alice, 'harbuor ')).corrected).toBe('harbour')
  expect((await find(alice, 'zzyzx ')).items).toEqual([])
})
