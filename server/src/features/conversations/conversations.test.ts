import { createConversation, getConversation, listConversations, putSegment } from '@mina/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../../test/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await testApp()
})
afterAll(() => app.close())

const segment = (idx: number, text: string, is_final = true) => ({
  idx,
  start_ms: idx * 1000,
  end_ms: idx * 1000 + 900,
  text,
  is_final,
})

test('words are counted once, by finals only', async () => {
  const alice = await app.person()
  const { id } = await alice.call(createConversation, { body: { title: 'Tides' } })
  const put = (...args: Parameters<typeof segment>) =>
    alice.call(putSegment, { params: { id }, body: segment(...args) })
  expect((await put(0, 'the moon', false)).word_count).toBe(0)
  expect((await put(0, 'the moon pulls', true)).word_count).toBe(3)
  expect((await put(0, 'an interim never replaces a final', false)).segment.text).toBe('the moon pulls')
  expect((await put(0, 'the moon pulls hard', true)).word_count).toBe(4)
  expect((await put(1, 'the water', true)).word_count).toBe(6)
  const { items } = await alice.call(listConversations, { query: {} })
  expect(items[0]).toMatchObject({ id, word_count: 6, duration_s: 2, snippet: 'the moon pulls hard the water' })
})

test("a stranger's conversation does not exist", async () => {
  const alice = await app.person()
  const bob = await app.person()
  const talk = await alice.conversation()
  await expect(bob.call(getConversation, { params: talk, query: {} })).rejects.toMatchObject({
    code: 'not_found',
    status: 404,
  })
})
