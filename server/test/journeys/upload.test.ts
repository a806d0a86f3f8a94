import { join } from 'node:path'
import { getCompleteness, listConversations } from '@mina/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../app.ts'
import { ended, send } from '../recordings.ts'
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

  const { conversation, segments } = await ended(alice, id)
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
