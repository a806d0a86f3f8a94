import {
  addVocabulary,
  applyVocabulary,
  type ConversationAnswer,
  deleteVocabulary,
  editSegment,
  getConversation,
  getRedaction,
  listHistory,
  listVocabulary,
  startTranslation,
  suggestVocabulary,
  undoEdit,
} from '@mina/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { z } from 'zod'
import { type TestApp, type TestPerson, testApp } from '../../../test/app.ts'
import { spokenConversation } from '../../../test/meeting.ts'

let app: TestApp
beforeAll(async () => {
  app = await testApp()
})
afterAll(() => app.close())

const segmentsOf = async (person: TestPerson, id: string) =>
  ((await person.call(getConversation, { params: { id }, query: {} })) as z.output<typeof ConversationAnswer>).segments
const textsOf = async (person: TestPerson, id: string) => (await segmentsOf(person, id)).map((it) => it.text)

test('a vocabulary is its owner’s: words with what they are heard as', async () => {
  const anna = await app.person()
  const mallory = await app.person()
  const { word } = await anna.call(addVocabulary, { body: { word: 'Kubernetes', heard_as: ['cooper netties'] } })
  await anna.call(addVocabulary, { body: { word: 'Kubernetes', heard_as: ['cuba nettis', 'cooper netties'] } })
  const { items } = await anna.call(listVocabulary)
  expect(items.map((it) => [it.word, it.heard_as.toSorted()])).toEqual([
    ['Kubernetes', ['cooper netties', 'cuba nettis']],
  ])
  expect((await mallory.call(listVocabulary)).items).toEqual([])
  const theirs = { params: { id: word.id } }
  await expect(mallory.call(deleteVocabulary, theirs)).rejects.toMatchObject({ code: 'not_found' })
  await expect(mallory.call(applyVocabulary, { ...theirs, body: {} })).rejects.toMatchObject({ code: 'not_found' })
  await anna.call(deleteVocabulary, theirs)
  expect((await anna.call(listVocabulary)).items).toEqual([])
})

test('what I correct in a transcript is offered as a word, until it is taken up', async () => {
  const anna = await app.person()
  const { id } = await spokenConversation(anna, [
    { text: 'We run cooper netties in Berlin.' },
    { text: 'We met on Monday.' },
  ])
  const [first, second] = await segmentsOf(anna, id)
  await anna.call(editSegment, { params: { id, sid: first!.id }, body: { text: 'We run Kubernetes in Berlin.' } })
  await anna.call(editSegment, { params: { id, sid: second!.id }, body: { text: 'We met on Friday.' } })
  expect((await anna.call(suggestVocabulary)).items).toEqual([
    { heard: 'cooper netties', meant: 'Kubernetes', count: 1, risky: false },
  ])
  await anna.call(addVocabulary, { body: { word: 'Kubernetes', heard_as: ['cooper netties'] } })
  expect((await anna.call(suggestVocabulary)).items).toEqual([])
})

test('a word is put right in my whole library, with a history that can be undone', async () => {
  const anna = await app.person()
  const mallory = await app.person()
  const one = await spokenConversation(anna, [
    { text: 'Cooper netties is down.' },
    { text: 'Restart cooper netties, please.' },
    { text: 'The cooper nettieship stays.' },
  ])
  const two = await spokenConversation(anna, [{ text: 'I like cooper netties.' }])
  const theirs = await spokenConversation(mallory, [{ text: 'We all like cooper netties.' }])
  const { word } = await anna.call(addVocabulary, { body: { word: 'Kubernetes', heard_as: ['cooper netties'] } })
  const apply = (preview: boolean) => anna.call(applyVocabulary, { params: { id: word.id }, body: { preview } })

  expect(await apply(true)).toMatchObject({ conversations: 2, segments: 3, left: 0 })
  expect(await textsOf(anna, two.id)).toEqual(['I like cooper netties.'])
  expect(await apply(false)).toMatchObject({ conversations: 2, segments: 3, left: 0 })
  expect(await textsOf(anna, one.id)).toEqual([
    'Kubernetes is down.',
    'Restart Kubernetes, please.',
    'The cooper nettieship stays.',
  ])
  expect(await textsOf(mallory, theirs.id)).toEqual(['We all like cooper netties.'])
  expect(await apply(false)).toMatchObject({ conversations: 0, segments: 0, left: 0 })

  const { items } = await anna.call(listHistory, { params: { id: two.id }, query: {} })
  expect(items).toHaveLength(1)
  await anna.call(undoEdit, { params: { id: two.id, edit_id: items[0]!.id } })
  expect(await textsOf(anna, two.id)).toEqual(['I like cooper netties.'])
})

test('a word that nothing is heard as can not be applied, and says so', async () => {
  const anna = await app.person()
  const { word } = await anna.call(addVocabulary, { body: { word: 'Grafana' } })
  await expect(anna.call(applyVocabulary, { params: { id: word.id }, body: {} })).rejects.toMatchObject({
    code: 'bad_request',
  })
})

test('a form of odd signs is taken as it is written', async () => {
  const anna = await app.person()
  const { id } = await spokenConversation(anna, [{ text: 'We use see plus plus (c++) here.' }, { text: 'cxx' }])
  const { word } = await anna.call(addVocabulary, { body: { word: 'C++', heard_as: ['c++', 'see plus plus'] } })
  await anna.call(applyVocabulary, { params: { id: word.id }, body: {} })
  expect(await textsOf(anna, id)).toEqual(['We use C++ (C++) here.', 'cxx'])
})

test('a redacted conversation holds nothing personal; its owner has the key apart', async () => {
  const anna = await app.person()
  const mallory = await app.person()
  const { id } = await spokenConversation(
    anna,
    [
      { speaker: 'Anna Smith', text: 'My card is 4111 1111 1111 1111 and my mail is anna@example.org.' },
      { speaker: 'Speaker 2', text: 'Thank you, Anna Smith. Call me on +39 06 6982 1234.' },
    ],
    'Call with Anna Smith',
  )
  const plain = await anna.call(getRedaction, { params: { id }, query: {} })
  const everything = JSON.stringify(plain)
  for (const secret of ['Anna', 'Smith', '4111', 'example.org', '6982']) expect(everything).not.toContain(secret)
  expect(plain.key).toBeNull()
  expect(plain.title).toContain(plain.segments[0]?.speaker)
  expect(plain.segments[1]?.speaker).toBe('Speaker 2')
  expect(plain.counts).toMatchObject({ card: 1, email: 1, phone: 1 })
  expect(plain.segments[0]?.beeps.length).toBeGreaterThan(0)

  const { key } = await anna.call(getRedaction, { params: { id }, query: { key: 'true' } })
  expect(Object.values(key ?? {})).toEqual(expect.arrayContaining(['Anna Smith', 'anna@example.org']))
  const some = await anna.call(getRedaction, { params: { id }, query: { kinds: 'card' } })
  expect(some.segments[0]?.text).toContain('anna@example.org')
  expect(some.segments[0]?.text).not.toContain('4111')
  await expect(mallory.call(getRedaction, { params: { id }, query: { key: 'true' } })).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('without a translation engine, a translation says which variable to set', async () => {
  const anna = await app.person()
  const { id } = await spokenConversation(anna, [{ text: 'Hello.' }])
  await expect(anna.call(startTranslation, { params: { id }, body: { target_language: 'it' } })).rejects.toMatchObject({
    status: 503,
    code: 'unavailable',
    message: expect.stringContaining('LIBRETRANSLATE_URL'),
  })
})
