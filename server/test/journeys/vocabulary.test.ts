import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { addVocabulary, type ConversationAnswer, editSegment, getConversation } from '@mina/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { z } from 'zod'
import { fakeRecogniser } from '../../src/speech/fake.ts'
import { type TestApp, type TestPerson, testApp } from '../app.ts'
import { begin, chunksOfNoise, link } from '../live/link.ts'
import { eventually } from '../meeting.ts'
import { soundFolder, speak } from '../sounds.ts'

const utterances = [
  {
    start_ms: 0,
    end_ms: 1_000,
    text: 'We run cooper netties.',
    confidence: 0.9,
    words: ['We', 'run', 'cooper', 'netties.'].map((text, at) => ({
      text,
      start_ms: at * 250,
      end_ms: at * 250 + 240,
      confidence: 0.9,
    })),
  },
  { start_ms: 1_000, end_ms: 2_000, text: 'It never sleeps.', confidence: 0.9 },
]
const steps = [{ after_ms: 1_000, event: { type: 'final' as const, utterance: utterances[0]!, speech_final: true } }]
const embedded = fakeRecogniser({ name: 'local', transcripts: [{ language: 'en', utterances }], steps })
const elsewhere = fakeRecogniser({ name: 'deepgram', transcripts: [{ language: 'en', utterances }], steps })

let app: TestApp
let sounds: Awaited<ReturnType<typeof soundFolder>>
let sound: Blob
beforeAll(async () => {
  sounds = await soundFolder()
  sound = new Blob([
    await readFile(await speak(join(sounds.path, 'talk.wav'), { text: 'We run it. It never sleeps.' })),
  ])
  app = await testApp({ engines: [embedded, elsewhere] })
})
afterAll(async () => {
  await app.close()
  await sounds.remove()
})

async function transcribed(person: TestPerson, provider: string) {
  const form = new FormData()
  form.set('provider', provider)
  form.set('file', sound, 'talk.wav')
  const answer = await person.raw('/api/uploads', { method: 'POST', body: form })
  const { id } = (await answer.json()) as { id: string }
  const open = async () =>
    (await person.call(getConversation, { params: { id }, query: {} })) as z.output<typeof ConversationAnswer>
  return await eventually(open, ({ conversation }) => /final|failed/.test(conversation.status))
}

test('the text of the embedded engine is put right by my words, and shows what it was', async () => {
  const anna = await app.person()
  await anna.call(addVocabulary, { body: { word: 'Kubernetes' } })
  const { conversation, segments } = await transcribed(anna, 'local')
  expect(conversation).toMatchObject({ status: 'final', failure: null })
  const [first, second] = segments
  expect(first).toMatchObject({ text: 'We run Kubernetes.', uncorrected: 'We run cooper netties.' })
  expect(first?.words?.map((it) => it.text)).toEqual(['We', 'run', 'Kubernetes.'])
  expect(first?.words?.[1]).toMatchObject({ start_ms: 250, end_ms: 490 })
  expect(second?.uncorrected).toBeUndefined()

  const edited = await anna.call(editSegment, {
    params: { id: conversation.id, sid: first!.id },
    body: { text: 'We run Kubernetes everywhere.' },
  })
  expect(edited.segment).toMatchObject({ edited: true })
  expect(edited.segment.uncorrected).toBeUndefined()
})

test('other engines are told my words; somebody else’s text is left alone', async () => {
  const anna = await app.person()
  await anna.call(addVocabulary, { body: { word: 'Kubernetes' } })
  const heard = await transcribed(anna, 'deepgram')
  expect(elsewhere.calls.at(-1)?.options.vocabulary).toEqual(['Kubernetes'])
  expect(heard.segments[0]).toMatchObject({ text: 'We run cooper netties.' })

  const mallory = await app.person()
  const { segments } = await transcribed(mallory, 'local')
  expect(segments[0]?.text).toBe('We run cooper netties.')
  expect(embedded.calls.at(-1)?.options.vocabulary).toBeUndefined()
})

async function spokenLive(person: TestPerson, provider: 'local' | 'deepgram') {
  const line = await link(person)
  const { conversation_id } = await begin(line, { language: 'en', provider })
  for (const [seq, pcm] of chunksOfNoise(12).entries()) await line.ask('chunk', { seq, pcm })
  const { text } = await line.hear('final')
  const { segments } = (await person.call(getConversation, {
    params: { id: conversation_id },
    query: {},
  })) as z.output<typeof ConversationAnswer>
  await line.ask('stop', {})
  line.close()
  return { text, segments }
}

test('live captions know my words as well', async () => {
  const anna = await app.person()
  await anna.call(addVocabulary, { body: { word: 'Kubernetes' } })
  const here = await spokenLive(anna, 'local')
  expect(here.text).toBe('We run Kubernetes.')
  expect(here.segments[0]).toMatchObject({ text: 'We run Kubernetes.', uncorrected: 'We run cooper netties.' })
  expect(embedded.streams.at(-1)?.options.vocabulary).toBeUndefined()

  const there = await spokenLive(anna, 'deepgram')
  expect(there.text).toBe('We run cooper netties.')
  expect(elsewhere.streams.at(-1)?.options.vocabulary).toEqual(['Kubernetes'])
})
