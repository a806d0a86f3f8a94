import {
  addHighlight,
  clearHighlights,
  createConversation,
  getConversation,
  listHighlights,
  putSegment,
  removeHighlight,
  updateHighlight,
} from '@mina/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../../test/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await testApp()
})
afterAll(() => app.close())

test('highlights are added, changed, listed by time, removed and cleared', async () => {
  const alice = await app.person()
  const talk = await alice.conversation('Tides')
  const add = (text: string, start_ms: number) =>
    alice.call(addHighlight, { params: talk, body: { text, start_ms, end_ms: start_ms + 500 } })
  const later = await add('the moon pulls', 5_000)
  const { id, highlight } = await add('the water follows', 1_000)
  expect(highlight).toEqual({
    id,
    text: 'the water follows',
    label: '',
    colour: 'yellow',
    start_ms: 1_000,
    end_ms: 1_500,
    segment_id: null,
  })
  const changed = await alice.call(updateHighlight, {
    params: { ...talk, hid: id },
    body: { label: 'key', colour: 'green' },
  })
  expect(changed.highlight).toMatchObject({ label: 'key', colour: 'green', text: 'the water follows' })
  const { items } = await alice.call(listHighlights, { params: talk })
  expect(items.map((it) => it.id)).toEqual([id, later.id])
  await alice.call(removeHighlight, { params: { ...talk, hid: id } })
  await expect(alice.call(removeHighlight, { params: { ...talk, hid: id } })).rejects.toMatchObject({
    code: 'not_found',
  })
  await alice.call(clearHighlights, { params: talk })
  expect((await alice.call(listHighlights, { params: talk })).items).toEqual([])
})

test('only text is required, and only text of reasonable shape is taken', async () => {
  const alice = await app.person()
  const talk = await alice.conversation()
  const path = `/api/conversations/${talk.id}/highlights`
  expect((await alice.json(path, { text: 'enough' })).status).toBe(200)
  for (const body of [
    {},
    { text: '   ' },
    { text: 'a\0b' },
    { text: 'x', start_ms: 5, end_ms: 1 },
    { text: 'x', start_ms: 9e12, end_ms: 9e12 },
    { text: 'x', colour: 'red' },
  ])
    expect(await (await alice.json(path, body)).json()).toMatchObject({ ok: false, code: 'bad_request' })
})

test('a segment of another conversation can not be pointed at', async () => {
  const alice = await app.person()
  const [one, other] = [await alice.conversation(), await alice.conversation()]
  const { segment } = await alice.call(putSegment, {
    params: other,
    body: { idx: 0, start_ms: 0, end_ms: 900, text: 'elsewhere', is_final: true },
  })
  const body = { text: 'elsewhere', segment_id: segment.id }
  await expect(alice.call(addHighlight, { params: one, body })).rejects.toMatchObject({ code: 'not_found' })
  expect((await alice.call(addHighlight, { params: other, body })).highlight.segment_id).toBe(segment.id)
})

test('a stranger sees, adds and removes no highlight, not even through a conversation of their own', async () => {
  const [alice, bob] = [await app.person(), await app.person()]
  const talk = await alice.conversation()
  const own = await bob.call(createConversation, { body: {} })
  const { id: hid } = await alice.call(addHighlight, { params: talk, body: { text: 'mine' } })
  const denied = { code: 'not_found', status: 404 }
  await expect(bob.call(listHighlights, { params: talk })).rejects.toMatchObject(denied)
  await expect(bob.call(addHighlight, { params: talk, body: { text: 'x' } })).rejects.toMatchObject(denied)
  await expect(bob.call(clearHighlights, { params: talk })).rejects.toMatchObject(denied)
  await expect(bob.call(removeHighlight, { params: { id: talk.id, hid } })).rejects.toMatchObject(denied)
  await expect(bob.call(removeHighlight, { params: { id: own.id, hid } })).rejects.toMatchObject(denied)
  await expect(bob.call(updateHighlight, { params: { id: own.id, hid }, body: { label: 'x' } })).rejects.toMatchObject(
    denied,
  )
  expect((await alice.call(listHighlights, { params: talk })).items).toHaveLength(1)
})

test('a page can tell by the revision that a highlight came', async () => {
  const alice = await app.person()
  const talk = await alice.conversation()
  const revision = async () => {
    const answer = await alice.call(getConversation, { params: talk, query: {} })
    return (answer as { conversation: { revision: number } }).conversation.revision
  }
  const before = await revision()
  await alice.call(addHighlight, { params: talk, body: { text: 'new' } })
  expect(await revision()).toBeGreaterThan(before)
})
