import { editSegment, getConversation, getTranslation, listTranslations, startTranslation } from '@mina/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, type TestPerson, testApp } from '../../../test/app.ts'
import { startGoogle2Double } from '../../../test/doubles/translation/google.ts'
import { startLibreTranslateDouble } from '../../../test/doubles/translation/libretranslate.ts'
import type { Double } from '../../../test/doubles/translation/server.ts'
import { eventually, spokenConversation } from '../../../test/meeting.ts'

// LibreTranslate is what a wish without an engine gets; Google has to be named.
let libre: Double
let google: Double
let app: TestApp
beforeAll(async () => {
  libre = await startLibreTranslateDouble({ translate: (text) => `[libre] ${text}`, batchLimit: 100 })
  google = await startGoogle2Double({ key: 'a-key', translate: (text) => `[google] ${text}` })
  app = await testApp({
    env: { LIBRETRANSLATE_URL: libre.url, GOOGLE_API_KEY: 'a-key', GOOGLE_TRANSLATE_BASE_URL: google.url },
  })
})
afterAll(async () => {
  await app.close()
  await Promise.all([libre.close(), google.close()])
})

const talk = [
  { speaker: 'Anna', text: 'The tide comes in twice a day.' },
  { speaker: 'Ben', text: 'Because of the moon.' },
]

const made = async (person: TestPerson, id: string, engine?: string) => {
  const body = { target_language: 'it', ...(engine && { engine }) }
  const { version } = (await person.call(startTranslation, { params: { id }, body })).translation
  const { translation, segments } = await eventually(
    () => person.call(getTranslation, { params: { id, language: 'it' }, query: { version } }),
    (it) => it.translation.status === 'done',
  )
  return { ...translation, texts: segments.map((it) => it.text) }
}
const edited = async (person: TestPerson, id: string) => {
  const { segments } = (await person.call(getConversation, { params: { id }, query: {} })) as {
    segments: { id: string }[]
  }
  const params = { id, sid: segments[1]!.id }
  await person.call(editSegment, { params, body: { text: 'Mostly because of the moon.' } })
}

test('a wish without an engine takes over nothing that another engine made', async () => {
  const anna = await app.person()
  const { id } = await spokenConversation(anna, talk)
  const named = await made(anna, id, 'google')
  expect(named).toMatchObject({ version: 1, engine: 'google' })
  expect(named.texts).toEqual(['[google] The tide comes in twice a day.', '[google] Because of the moon.'])

  await edited(anna, id)
  const unnamed = await made(anna, id)
  expect(unnamed).toMatchObject({ version: 2, engine: 'libretranslate' })
  expect(unnamed.texts).toEqual(['[libre] The tide comes in twice a day.', '[libre] Mostly because of the moon.'])
})

test('without an engine what is up to date is the answer, whichever engine made it', async () => {
  const anna = await app.person()
  const { id } = await spokenConversation(anna, talk)
  await made(anna, id, 'google')
  expect(await made(anna, id)).toMatchObject({ version: 1, engine: 'google' })
  expect((await anna.call(listTranslations, { params: { id } })).items).toHaveLength(1)
})
