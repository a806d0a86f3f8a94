import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ConversationAnswer, getCompleteness, getConversation, listConversations } from '@mina/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { z } from 'zod'
import { type TestApp, type TestPerson, testApp } from '../app.ts'
import { soundFolder, speak } from '../sounds.ts'

let app: TestApp
let sounds: Awaited<ReturnType<typeof soundFolder>>
beforeAll(async () => {
  sounds = await soundFolder()
  app = await testApp()
})
afterAll(async () => {
  await app.close()
  await sounds.remove()
})

const send = async (person: TestPerson, path: string, name: string, fields: Record<string, string> = {}) => {
  const form = new FormData()
  for (const [field, value] of Object.entries(fields)) form.set(field, value)
  form.set('file', new Blob([await readFile(path)]), name)
  return await person.raw('/api/uploads', { method: 'POST', body: form })
}

const opened = async (person: TestPerson, id: string) =>
  (await person.call(getConversation, { params: { id }, query: {} })) as z.output<typeof ConversationAnswer>

const ended = (person: TestPerson, id: string) =>
  expect
    .poll(async () => (await opened(person, id)).conversation.status, { timeout: 60_000, interval: 200 })
    .toMatch(/final|failed/)

test('a recording becomes a conversation, by the engine that is always there', { timeout: 90_000 }, async () => {
  const alice = await app.person()
  const path = await speak(join(sounds.path, 'tides.wav'), {
    text: 'The tide comes in twice a day. The moon pulls the water towards it.',
  })
  const answer = await send(alice, path, 'Talk_about tides.wav')
  const { id, ...told } = (await answer.json()) as { id: string }
  expect(answer.status).toBe(200)
  expect(told).toEqual({ ok: true, filename: 'Talk_about tides.wav', stored: true, duplicate_of: null })
  const { items } = await alice.call(listConversations, { query: {} })
  expect(items[0]).toMatchObject({ id, title: 'Talk about tides', source: 'upload' })

  await ended(alice, id)
  const { conversation, segments } = await opened(alice, id)
  expect(conversation).toMatchObject({
    status: 'final',
    progress: null,
    failure: null,
    has_audio: true,
    engine: 'local',
  })
  expect(segments.map((it) => it.text).join(' ')).toMatch(/tide.*twice a day.*moon.*water/i)
  expect(conversation.word_count).toBeGreaterThan(10)
  expect(segments[0]?.words?.length).toBeGreaterThan(3)

  const { totals, duration_ms } = await alice.call(getCompleteness, { params: { id } })
  expect(totals.pending + totals.failed).toBe(0)
  expect(totals.transcribed + totals.silent).toBe(duration_ms)
})
