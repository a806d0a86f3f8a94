import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type LlmDouble, startLlmDouble } from '../../../test/doubles/llm/server.ts'
import { silentLog } from '../../platform/log.ts'
import { createChatModel, type ModelSettings, TooMuchAtOnce, type Usage } from './model.ts'

const schema = z.object({ word: z.string(), more: z.string().nullable() })
const question = { name: 'word', schema, system: 'Say a word.', user: 'now' }
const good = { json: { word: 'tide', more: null } }

let double: LlmDouble
beforeEach(async () => {
  double = await startLlmDouble()
})
afterEach(() => double.close())

const model = (settings: Partial<ModelSettings> = {}) =>
  createChatModel({ baseUrl: double.baseUrl, model: 'small', ...settings }, silentLog)

describe('the chat model', () => {
  test('is asked for a strict schema and tells what it cost', async () => {
    double.script(good)
    const spent: Usage[] = []
    const answer = await model({ apiKey: 'secret' }).answer({ ...question, onUsage: (usage) => spent.push(usage) })
    expect(answer).toEqual({ word: 'tide', more: null })
    expect(double.requests[0]).toMatchObject({ model: 'small', format: 'json_schema', authorization: 'Bearer secret' })
    expect(double.requests[0]?.schema).toMatchObject({ required: ['word', 'more'], additionalProperties: false })
    expect(spent).toEqual([{ requests: 1, input_tokens: expect.any(Number), output_tokens: expect.any(Number) }])
  })

  test('is understood through thoughts and code fences', async () => {
    double.script({ text: '<think>{"word": "no"}</think>\n```json\n{"word":"tide","more":null}\n```' })
    expect(await model().answer(question)).toEqual({ word: 'tide', more: null })
  })

  test('is asked more simply where it does not know schemas, and from then on at once', async () => {
    double.script({ status: 400, message: "'response_format.type' json_schema is not supported" }, good, good)
    const chat = model()
    await chat.answer(question)
    await chat.answer(question)
    expect(double.requests.map((it) => it.format)).toEqual(['json_schema', 'json_object', 'json_object'])
  })

  test('has a second try at the form of its answer, and no third', async () => {
    double.script({ text: 'Here is a word: tide' }, good)
    expect(await model().answer(question)).toEqual({ word: 'tide', more: null })
    double.script({ text: 'tide' }, { json: { word: 7 } })
    await expect(model().answer(question)).rejects.toMatchObject({ code: 'provider_failed' })
    expect(double.requests).toHaveLength(4)
  })

  test('an answer that was cut off is never used, whole as it may look', async () => {
    double.script({ cut: '{"word":"tide","more":null}' })
    await expect(model().answer(question)).rejects.toBeInstanceOf(TooMuchAtOnce)
  })

  test('a question too long for it is too much at once', async () => {
    double.script({ status: 400, message: "This model's maximum context length is 4096 tokens" })
    await expect(model().answer(question)).rejects.toBeInstanceOf(TooMuchAtOnce)
  })

  test('may refuse', async () => {
    double.script({ refusal: 'I can not help with that.' })
    await expect(model().answer(question)).rejects.toMatchObject({
      code: 'provider_failed',
      message: expect.stringContaining('refused'),
    })
  })

  test('is waited for as long as it asks, and tried again after failures', async () => {
    double.script(
      { status: 429, headers: { 'retry-after-ms': '30' } },
      { status: 500, headers: { 'retry-after-ms': '5' } },
      good,
    )
    const began = performance.now()
    expect(await model().answer(question)).toEqual({ word: 'tide', more: null })
    expect(performance.now() - began).toBeGreaterThanOrEqual(30)
    expect(double.requests).toHaveLength(3)
  })

  test('that stays busy is a failure that says when to come back', async () => {
    double.script({ status: 429, headers: { 'retry-after': '7' } })
    await expect(model({ retries: 0 }).answer(question)).rejects.toMatchObject({
      code: 'provider_failed',
      retryAfter: 7,
    })
  })

  test.each([401, 403, 404])('is not asked again after %i', async (status) => {
    double.script({ status, message: 'key sk-secret-123 is wrong' })
    const failure = await model()
      .answer(question)
      .catch((error: Error) => error)
    expect(failure).toMatchObject({ code: 'provider_failed' })
    expect((failure as Error).message).toMatch(/LLM_/)
    expect((failure as Error).message).not.toContain('sk-secret')
    expect(double.requests).toHaveLength(1)
  })

  test('that hangs is given up', async () => {
    double.script({ hang: true })
    await expect(model({ timeoutMs: 60, retries: 0 }).answer(question)).rejects.toMatchObject({ code: 'timeout' })
    double.script({ hang: true })
    await expect(model({ deadlineMs: 60 }).answer(question)).rejects.toMatchObject({ code: 'timeout' })
  })

  test('stops when its caller leaves', async () => {
    double.script({ hang: true })
    const caller = new AbortController()
    const answer = model().answer({ ...question, signal: caller.signal })
    caller.abort(new Error('gone'))
    await expect(answer).rejects.toThrow('gone')
  })

  test('that is not there says so', async () => {
    const chat = createChatModel({ baseUrl: 'http://127.0.0.1:9/v1', model: 'small', retries: 0 }, silentLog)
    await expect(chat.answer(question)).rejects.toMatchObject({
      code: 'provider_failed',
      message: expect.stringContaining('LLM_BASE_URL'),
    })
  })

  test('that keeps failing is left alone for a while', async () => {
    let now = 0
    const clock = { now: () => new Date(now) }
    const chat = createChatModel({ baseUrl: double.baseUrl, model: 'small', retries: 0 }, silentLog, clock)
    double.answerWith(() => ({ status: 503 }))
    for (let time = 0; time < 5; time += 1) await chat.answer(question).catch(() => undefined)
    await expect(chat.answer(question)).rejects.toMatchObject({ code: 'unavailable', retryAfter: 30 })
    expect(double.requests).toHaveLength(5)
    now = 30_001
    double.answerWith(() => good)
    expect(await chat.answer(question)).toEqual({ word: 'tide', more: null })
  })
})
