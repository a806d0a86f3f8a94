import { afterEach, describe, expect, test } from 'vitest'
import { chatRequest, startChatDouble } from '../../test/doubles/translation/chat.ts'
import type { Double } from '../../test/doubles/translation/server.ts'
import { openaiEngine } from './engines/openai.ts'
import { TranslationError } from './errors.ts'
import { fakeTranslator } from './fake.ts'
import { translateSegments } from './segments.ts'
import { createTranslator } from './translator.ts'

const conversation = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: `s${index}`,
    idx: index,
    text: index % 3 === 0 ? 'Yes.' : `We shall meet at ${index} o'clock, I think.`,
    start_ms: index * 1_000,
    end_ms: index * 1_000 + 900,
    speaker: index % 2 ? 'Ada' : 'Bo',
  }))

const loud = (texts: readonly string[]) => texts.map((text) => text.toUpperCase())
const to = { source: 'en', target: 'it' }

test('only the words change: times, speakers, order and all else stay', async () => {
  const segments = conversation(250)
  const answer = await translateSegments(fakeTranslator(loud), segments, to)
  expect(answer.segments).toEqual(segments.map((segment) => ({ ...segment, text: segment.text.toUpperCase() })))
})

test('many short segments share a request', async () => {
  const translator = fakeTranslator(loud)
  await translateSegments(translator, conversation(100), to)
  expect(translator.requests.length).toBeLessThanOrEqual(5)
})

test('the stretch before is given for its sense, with who said it', async () => {
  const translator = fakeTranslator(loud, { limits: { items: 2, answerTokens: 3_000 } })
  await translateSegments(translator, conversation(20), to)
  const later = translator.requests.find(({ texts }) => texts[0]!.startsWith('We shall meet at 8'))!
  expect(later.job.context).toContain("Ada: We shall meet at 7 o'clock, I think.")
})

test('progress rises to the whole and stretches come in order', async () => {
  const seen: number[] = []
  const ids: string[] = []
  const segments = conversation(300)
  await translateSegments(fakeTranslator(loud), segments, {
    ...to,
    onProgress: (done) => seen.push(done),
    onSegments: (done) => void ids.push(...done.map((segment) => segment.id)),
  })
  expect(seen.at(-1)).toBe(1)
  expect(seen).toEqual([...seen].sort((a, b) => a - b))
  expect(ids).toEqual(segments.map((segment) => segment.id))
})

test('a broken-off run goes on where it stopped', async () => {
  const segments = conversation(60)
  const kept = new Map<string, string>()
  const onSegments = (done: readonly { id: string; text: string }[]) => {
    for (const { id, text } of done) kept.set(id, text)
  }
  let calls = 0
  const breaking = (texts: readonly string[]) => {
    calls += 1
    if (calls > 4) throw new TranslationError('fake', 'provider_failed', 'gone')
    return loud(texts)
  }
  const limits = { items: 5, answerTokens: 3_000 }
  const first = translateSegments(fakeTranslator(breaking, { limits }, { concurrency: 1 }), segments, {
    ...to,
    onSegments,
  })
  await expect(first).rejects.toThrow('gone')
  expect(kept.size).toBe(20)

  const translator = fakeTranslator(loud, { limits })
  const answer = await translateSegments(translator, segments, { ...to, kept, onSegments })
  expect(answer.segments.map(({ text }) => text)).toEqual(loud(segments.map(({ text }) => text)))
  expect(translator.requests.flatMap(({ texts }) => texts)).toHaveLength(40)
})

test('an abort ends it between requests', async () => {
  const abort = new AbortController()
  const translator = fakeTranslator(loud, { limits: { items: 5, answerTokens: 3_000 } }, { concurrency: 1 })
  const running = translateSegments(translator, conversation(100), {
    ...to,
    signal: abort.signal,
    onSegments: () => abort.abort(),
  })
  await expect(running).rejects.toMatchObject({ name: 'AbortError' })
  expect(translator.requests).toHaveLength(4)
})

test('engines that guess text by text are told the language of the whole', async () => {
  const translator = fakeTranslator(loud, { detectsLanguage: true })
  const answer = await translateSegments(translator, conversation(10), {
    source: 'auto',
    target: 'it',
    detect: async () => 'en',
  })
  expect(translator.requests[0]!.job.source).toBe('en')
  expect(answer.detectedSource).toBe('en')
})

describe('against a model over the wire', () => {
  let double: Double
  afterEach(() => double.close())

  test('passages that the model joins are lined up again', async () => {
    double = await startChatDouble({ translate: (text) => text.toUpperCase() })
    const translator = createTranslator(openaiEngine({ apiKey: 'sk', baseUrl: `${double.url}/v1` }))
    double.faults.push({ kind: 'own', name: 'mixed-up' }, { kind: 'own', name: 'mixed-up' })
    const segments = conversation(40)
    const answer = await translateSegments(translator, segments, to)
    expect(answer.segments.map(({ text }) => text)).toEqual(loud(segments.map(({ text }) => text)))
    const formats = double.requests.map((request) => chatRequest(request).response_format?.type)
    expect(new Set(formats)).toEqual(new Set(['json_schema']))
  })
})
