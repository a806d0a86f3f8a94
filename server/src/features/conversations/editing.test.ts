import {
  type Answered,
  createConversation,
  deleteSegment,
  editSegment,
  finalizeConversation,
  getConversation,
  listConversations,
  listHistory,
  mergeSegments,
  putSegment,
  redoEdit,
  renameSpeaker,
  replaceText,
  type Segment,
  splitSegment,
  undoEdit,
} from '@mina/contract'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, type TestPerson, testApp } from '../../../test/app.ts'
import { segments } from '../../platform/database/schema/index.ts'

let app: TestApp
beforeAll(async () => {
  app = await testApp({ env: { RATE_WRITE_PER_MINUTE: '100000', RATE_READ_PER_MINUTE: '100000' } })
})
afterAll(() => app.close())

/** A finished conversation of these texts, spoken in turn by Ada and Bob. */
async function talkOf(person: TestPerson, ...texts: string[]) {
  const { id } = await person.call(createConversation, { body: { title: 'Tides' } })
  for (const [idx, text] of texts.entries())
    await person.call(putSegment, {
      params: { id },
      body: {
        idx,
        start_ms: idx * 1_000,
        end_ms: idx * 1_000 + 1_000,
        text,
        is_final: true,
        speaker: idx % 2 ? 'Bob' : 'Ada',
      },
    })
  await person.call(finalizeConversation, { params: { id } })
  return { id }
}

const read = async (person: TestPerson, params: { id: string }) =>
  (await person.call(getConversation, { params, query: {} })) as {
    conversation: { word_count: number; speakers: string[]; revision: number }
    segments: Segment[]
  }
const texts = async (person: TestPerson, params: { id: string }) =>
  (await read(person, params)).segments.map((it) => it.text)

test('a correction keeps the original and can be undone and made again', async () => {
  const alice = await app.person()
  const talk = await talkOf(alice, 'the mune is full', 'yes')
  const { segment, edit_id } = await alice.call(editSegment, {
    params: { ...talk, sid: 0 },
    body: { text: 'the moon is full tonight' },
  })
  expect(segment).toMatchObject({ text: 'the moon is full tonight', edited: true, revision: 1 })
  const [row] = await app.database.db.select().from(segments).where(eq(segments.id, segment.id))
  expect(row?.original_text).toBe('the mune is full')
  expect((await read(alice, talk)).conversation.word_count).toBe(6)

  const params = { ...talk, edit_id: edit_id! }
  await alice.call(undoEdit, { params })
  expect(await texts(alice, talk)).toEqual(['the mune is full', 'yes'])
  expect((await read(alice, talk)).segments[0]?.edited).toBeUndefined()
  await expect(alice.call(undoEdit, { params })).rejects.toMatchObject({ code: 'conflict' })
  await alice.call(redoEdit, { params })
  expect(await texts(alice, talk)).toEqual(['the moon is full tonight', 'yes'])
  expect((await read(alice, talk)).conversation.word_count).toBe(6)
  const { items } = await alice.call(listHistory, { params: talk, query: {} })
  expect(items).toMatchObject([{ id: edit_id, kind: 'text', segment_id: segment.id, undone: false }])
})

test('an engine does not replace what a person edited; a change to nothing is no change', async () => {
  const alice = await app.person()
  const talk = await talkOf(alice, 'one')
  await alice.call(editSegment, { params: { ...talk, sid: 0 }, body: { text: 'two' } })
  const late = await alice.call(putSegment, {
    params: talk,
    body: { idx: 0, start_ms: 0, end_ms: 900, text: 'three', is_final: true },
  })
  expect(late.segment.text).toBe('two')
  const same = await alice.call(editSegment, { params: { ...talk, sid: 0 }, body: { text: 'two', speaker: 'Ada' } })
  expect([same.edit_id, same.segment.text]).toEqual([null, 'two'])
})

test('a stale revision is a conflict that shows the current row', async () => {
  const alice = await app.person()
  const talk = await talkOf(alice, 'one')
  await alice.call(editSegment, { params: { ...talk, sid: 0 }, body: { text: 'two', revision: 0 } })
  const answer = await alice.json(`/api/conversations/${talk.id}/segments/0`, { text: 'three', revision: 0 }, 'PATCH')
  expect(answer.status).toBe(409)
  expect(await answer.json()).toMatchObject({ code: 'conflict', segment: { text: 'two', revision: 1 } })
})

test('of two editors of one revision exactly one wins, and every edit without one arrives', async () => {
  const alice = await app.person()
  const talk = await talkOf(alice, 'start', 'other')
  const attempt = (body: { text: string; revision?: number }, sid = 0) =>
    alice.call(editSegment, { params: { ...talk, sid }, body }).then(
      () => 'won',
      (error: { code: string }) => error.code,
    )
  const outcomes = await Promise.all(Array.from({ length: 8 }, (_, i) => attempt({ text: `try ${i}`, revision: 0 })))
  expect(outcomes.sort()).toEqual([...Array(7).fill('conflict'), 'won'].sort())
  const free = await Promise.all(Array.from({ length: 8 }, (_, i) => attempt({ text: `free ${i} words` }, 1)))
  expect(free).toEqual(Array(8).fill('won'))
  const { segments: now, conversation } = await read(alice, talk)
  expect(now[1]?.revision).toBe(8)
  expect(conversation.word_count).toBe(5)
})

test('split and merge keep order, times and words, and both are undone', async () => {
  const alice = await app.person()
  const talk = await talkOf(alice, 'one two three four', 'five', 'six')
  const split = await alice.call(splitSegment, { params: { ...talk, sid: 0 }, body: { at_char: 7 } })
  expect(await texts(alice, talk)).toEqual(['one two', 'three four', 'five', 'six'])
  const { segments: after, conversation } = await read(alice, talk)
  expect(after.map((it) => it.idx)).toEqual([0, 1, 2, 3])
  expect(after[0]!.end_ms).toBe(after[1]!.start_ms)
  expect([after[0]!.start_ms, after[1]!.end_ms]).toEqual([0, 1_000])
  expect(conversation.word_count).toBe(6)

  const ids = after.slice(1, 3).map((it) => it.id)
  const merged = await alice.call(mergeSegments, { params: talk, body: { ids } })
  expect(merged).toMatchObject({ segments: [{ text: 'three four five', start_ms: after[1]!.start_ms, end_ms: 2_000 }] })
  expect(merged.removed).toEqual([ids[1]])
  await alice.call(undoEdit, { params: { ...talk, edit_id: merged.edit_id! } })
  await alice.call(undoEdit, { params: { ...talk, edit_id: split.edit_id! } })
  expect(await texts(alice, talk)).toEqual(['one two three four', 'five', 'six'])
  expect((await read(alice, talk)).conversation.word_count).toBe(6)
})

test('only neighbours are merged, and a split leaves something on both sides', async () => {
  const alice = await app.person()
  const talk = await talkOf(alice, 'one two', 'three', 'four 😀')
  const ids = (await read(alice, talk)).segments.map((it) => it.id)
  const merge = (some: string[]) => alice.call(mergeSegments, { params: talk, body: { ids: some } })
  await expect(merge([ids[0]!, ids[2]!])).rejects.toMatchObject({ code: 'bad_request' })
  await expect(merge([ids[0]!, crypto.randomUUID()])).rejects.toMatchObject({ code: 'not_found' })
  const split = (sid: number, at_char: number) =>
    alice.call(splitSegment, { params: { ...talk, sid }, body: { at_char } })
  await expect(split(0, 7)).rejects.toMatchObject({ code: 'bad_request' })
  await expect(split(2, 6)).rejects.toMatchObject({ code: 'bad_request' })
  expect(await texts(alice, talk)).toEqual(['one two', 'three', 'four 😀'])
})

test('a removed segment comes back in its place, although others came in between', async () => {
  const alice = await app.person()
  const talk = await talkOf(alice, 'a b', 'c', 'd e')
  const removed = await alice.call(deleteSegment, { params: { ...talk, sid: 1 } })
  expect(removed).toMatchObject({ segments: [], removed: [expect.any(String)] })
  await alice.call(splitSegment, { params: { ...talk, sid: 0 }, body: { at_char: 2 } })
  expect(await texts(alice, talk)).toEqual(['a', 'b', 'd e'])
  const back = { params: { ...talk, edit_id: removed.edit_id! } }
  const both = await Promise.allSettled([alice.call(undoEdit, back), alice.call(undoEdit, back)])
  expect(both.map((it) => it.status).sort()).toEqual(['fulfilled', 'rejected'])
  expect((await texts(alice, talk)).toSorted()).toEqual(['a', 'b', 'c', 'd e'])
  expect((await texts(alice, talk)).at(-1)).toBe('d e')
  expect((await read(alice, talk)).conversation.word_count).toBe(5)
})

test('what was changed since is not lost by an undo', async () => {
  const alice = await app.person()
  const talk = await talkOf(alice, 'one')
  const edit = (text: string) => alice.call(editSegment, { params: { ...talk, sid: 0 }, body: { text } })
  const first = await edit('two')
  await edit('three')
  await expect(alice.call(undoEdit, { params: { ...talk, edit_id: first.edit_id! } })).rejects.toMatchObject({
    code: 'conflict',
    answer: { segment: { text: 'three' } },
  })
  expect(await texts(alice, talk)).toEqual(['three'])
})

test('a speaker is renamed everywhere at once, into an existing name too, and back', async () => {
  const alice = await app.person()
  const talk = await talkOf(alice, ...Array.from({ length: 60 }, (_, i) => `line ${i}`))
  const renamed = await alice.call(renameSpeaker, { params: talk, body: { from: 'Bob', to: 'Ada' } })
  expect(renamed.changed).toBe(30)
  expect((await read(alice, talk)).conversation.speakers).toEqual(['Ada'])
  await alice.call(undoEdit, { params: { ...talk, edit_id: renamed.edit_id! } })
  const { conversation, segments: after } = await read(alice, talk)
  expect(conversation.speakers).toEqual(['Ada', 'Bob'])
  expect(after.map((it) => it.text)).toEqual(Array.from({ length: 60 }, (_, i) => `line ${i}`))
  expect(await alice.call(renameSpeaker, { params: talk, body: { from: 'Nobody', to: 'X' } })).toMatchObject({
    changed: 0,
    edit_id: null,
  })
})

test('find and replace takes both texts to the letter', async () => {
  const alice = await app.person()
  const talk = await talkOf(alice, 'a.b costs $1 (a.b)', 'axb', 'Über A.B', 'category cat')
  const replace = (body: { find: string; replace: string; match_case?: boolean; whole_words?: boolean }) =>
    alice.call(replaceText, { params: talk, body })
  const first = await replace({ find: 'a.b', replace: '$& \\1' })
  expect(await texts(alice, talk)).toEqual(['$& \\1 costs $1 ($& \\1)', 'axb', 'Über $& \\1', 'category cat'])
  await alice.call(undoEdit, { params: { ...talk, edit_id: first.edit_id! } })
  await replace({ find: 'a.b', replace: 'x', match_case: true })
  expect(await texts(alice, talk)).toEqual(['x costs $1 (x)', 'axb', 'Über A.B', 'category cat'])
  await replace({ find: 'ÜBER', replace: 'over' })
  await replace({ find: 'cat', replace: 'dog', whole_words: true })
  expect((await texts(alice, talk)).slice(2)).toEqual(['over A.B', 'category dog'])
  expect(await replace({ find: '(', replace: 'y'.repeat(500) })).toMatchObject({ segments: [{ idx: 0 }] })
  expect(await replace({ find: '[z', replace: '' })).toMatchObject({ segments: [], edit_id: null })
})

test('edits, deletions and upserts at the same time neither fail nor miscount', async () => {
  const alice = await app.person()
  const talk = await talkOf(alice, ...Array.from({ length: 10 }, () => 'two words'))
  const jobs: Promise<unknown>[] = []
  for (let i = 0; i < 10; i += 1) {
    jobs.push(alice.call(editSegment, { params: { ...talk, sid: i }, body: { text: 'now three words' } }))
    const body = { idx: 10 + i, start_ms: 0, end_ms: 1, text: 'one', is_final: true }
    jobs.push(alice.call(putSegment, { params: talk, body }))
    jobs.push(alice.call(renameSpeaker, { params: talk, body: { from: 'Ada', to: `Ada ${i}` } }))
  }
  await Promise.all(jobs)
  const { conversation, segments: after } = await read(alice, talk)
  expect(conversation.word_count).toBe(40)
  expect(after.map((it) => it.idx)).toEqual(Array.from({ length: 20 }, (_, i) => i))
})

test('the history is read page by page, and a stranger changes nothing', async () => {
  const [alice, bob] = [await app.person(), await app.person()]
  const talk = await talkOf(alice, 'zero')
  const ids: (string | null)[] = []
  for (const text of ['one', 'two', 'three', 'four', 'five'])
    ids.push((await alice.call(editSegment, { params: { ...talk, sid: 0 }, body: { text } })).edit_id)
  const seen: string[] = []
  let cursor: string | null = null
  do {
    const page: Answered<typeof listHistory> = await alice.call(listHistory, {
      params: talk,
      query: { limit: 2, ...(cursor && { cursor }) },
    })
    seen.push(...page.items.map((it) => it.id))
    cursor = page.next_cursor
  } while (cursor)
  expect(seen).toEqual(ids.toReversed())
  const denied = { code: 'not_found', status: 404 }
  const own = await talkOf(bob, 'mine')
  const edit_id = ids[4]!
  await expect(bob.call(undoEdit, { params: { ...talk, edit_id } })).rejects.toMatchObject(denied)
  await expect(bob.call(undoEdit, { params: { ...own, edit_id } })).rejects.toMatchObject(denied)
  await expect(bob.call(editSegment, { params: { ...talk, sid: 0 }, body: { text: 'x' } })).rejects.toMatchObject(
    denied,
  )
  await expect(bob.call(renameSpeaker, { params: talk, body: { from: 'Ada', to: 'x' } })).rejects.toMatchObject(denied)
  await expect(bob.call(deleteSegment, { params: { ...talk, sid: 0 } })).rejects.toMatchObject(denied)
  const foreign = (await read(alice, talk)).segments[0]!.id
  await expect(bob.call(editSegment, { params: { ...own, sid: foreign }, body: { text: 'x' } })).rejects.toMatchObject(
    denied,
  )
  expect((await alice.call(listConversations, { query: {} })).items[0]?.word_count).toBe(1)
})
