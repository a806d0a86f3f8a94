import { analyseSentiment, SentimentAnswer, SentimentRequest } from '@mina/contract'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type LlmDouble, startLlmDouble } from '../../../test/doubles/llm/server.ts'
import { silentLog } from '../../platform/log.ts'
import { createInsights, insightRoutes } from './index.ts'

const italian = 'Il servizio è stato pessimo e il cameriere scortese. La torta invece era meravigliosa, davvero buona.'
const offline = createInsights({ log: silentLog })

let double: LlmDouble
beforeEach(async () => {
  double = await startLlmDouble()
})
afterEach(() => double.close())
const withModel = () => createInsights({ llm: { baseUrl: double.baseUrl, model: 'small', retries: 0 }, log: silentLog })

describe('POST /sentiment', () => {
  test('is one route of the platform family', () => {
    const [route] = insightRoutes(offline)
    expect(route?.endpoint).toBe(analyseSentiment)
    expect(analyseSentiment).toMatchObject({ family: 'platform', method: 'POST', path: '/sentiment' })
  })

  test('answers in the shape of the contract', async () => {
    const answer = SentimentAnswer.parse(
      await offline.sentiment('I love it. The box is blue. It broke and I am angry.'),
    )
    expect(answer).toMatchObject({ engine: 'embedded', language: 'en' })
    expect(answer.sentences.map((it) => it.sentiment)).toEqual(['positive', 'neutral', 'negative'])
  })

  test('takes a text too short to tell its language as it comes', async () => {
    expect(await offline.sentiment('Great!')).toMatchObject({ sentiment: 'positive' })
  })

  test.each([
    [{}, 'Missing required field: text'],
    [{ text: '  ' }, 'Text cannot be empty'],
    [{ text: 'fine', language: '<b>' }, 'language must be a tag such as en or pt-BR'],
  ])('refuses %j', (body, message) => {
    expect(SentimentRequest.safeParse(body).error?.issues[0]?.message).toBe(message)
  })

  test('says which language it can not do, and what would help', async () => {
    await expect(offline.sentiment(italian)).rejects.toMatchObject({
      code: 'unsupported_language',
      status: 422,
      message: expect.stringMatching(/Italian.*LLM_BASE_URL/),
    })
    await expect(offline.sentiment('Das ist gut.', 'de-DE')).rejects.toMatchObject({ code: 'unsupported_language' })
  })

  test('has a model judge other languages', async () => {
    double.script({
      json: {
        sentences: [
          { number: 1, positive: 0, negative: 0.9, neutral: 0.1 },
          { number: 2, positive: 1.8, negative: 0, neutral: 0.2 },
        ],
      },
    })
    const answer = SentimentAnswer.parse(await withModel().sentiment(italian))
    expect(answer).toMatchObject({ engine: 'model', language: 'it' })
    expect(answer.sentences.map((it) => [it.sentiment, it.scores.positive])).toEqual([
      ['negative', 0],
      ['positive', 0.9],
    ])
    expect(double.requests[0]?.user).toContain('[1] Il servizio')
  })

  test('does not make up what a model leaves out, and halves what is too much', async () => {
    double.script({ json: { sentences: [{ number: 1, positive: 1, negative: 0, neutral: 0 }] } })
    await expect(withModel().sentiment(italian)).rejects.toMatchObject({ code: 'provider_failed' })
    double.script({ cut: '{"sentences"' })
    double.answerWith(() => ({ json: { sentences: [{ number: 1, positive: 0, negative: 0, neutral: 1 }] } }))
    expect((await withModel().sentiment(italian)).sentences).toHaveLength(2)
  })

  test('refuses a long text in another language rather than judging a part of it', async () => {
    await expect(withModel().sentiment(`${italian} `.repeat(700))).rejects.toMatchObject({ code: 'too_long' })
    expect(double.requests).toHaveLength(0)
  })
})
