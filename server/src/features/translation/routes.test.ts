import type { Endpoint } from '@mina/contract'
import {
  translateWithDeepSeek,
  translateWithGoogle,
  translateWithLibreTranslate,
  translateWithLocal,
  translateWithOpenAI,
} from '@mina/contract'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { startChatDouble } from '../../../test/doubles/translation/chat.ts'
import { startGoogle2Double } from '../../../test/doubles/translation/google.ts'
import { startLibreTranslateDouble } from '../../../test/doubles/translation/libretranslate.ts'
import type { Double } from '../../../test/doubles/translation/server.ts'
import { formOf, startWebhookDouble } from '../../../test/doubles/translation/webhook.ts'
import type { Principal } from '../../access/principal.ts'
import { silentLog } from '../../platform/log.ts'
import { createTranslators, type TranslationSettings } from '../../translation/registry.ts'
import { translationRoutes } from './routes.ts'
import { translationService } from './service.ts'
import type { UsageEntry } from './usage.ts'
import { translationWebhook } from './webhook.ts'

const loud = (text: string) => text.toUpperCase()
const principal: Principal = {
  userId: 'u1',
  email: null,
  role: 'user',
  plan: 'free',
  may: new Set(['text:use']),
  via: 'key',
}

let openai: Double
let deepseek: Double
let google: Double
let libre: Double
let webhook: Double
let recorded: UsageEntry[]
const doubles = () => [openai, deepseek, google, libre, webhook]

beforeEach(async () => {
  openai = await startChatDouble({ translate: loud })
  deepseek = await startChatDouble({ translate: loud, thinks: true })
  google = await startGoogle2Double({ translate: loud })
  libre = await startLibreTranslateDouble({ translate: loud })
  webhook = await startWebhookDouble()
  recorded = []
})
afterEach(async () => {
  await Promise.all(doubles().map((double) => double.close()))
})

const everything = (): TranslationSettings => ({
  openai: { apiKey: 'sk', baseUrl: `${openai.url}/v1` },
  deepseek: { apiKey: 'sk', baseUrl: deepseek.url },
  google: { apiKey: 'AIza', translateBaseUrl: google.url },
  libretranslate: { baseUrl: libre.url },
  llm: { baseUrl: `${openai.url}/v1`, model: 'llama' },
})

const quick = { base_ms: 1, longest_ms: 50 }

/** Calls a route as the door does: the body is held to the contract before, the answer after. */
const calling = (
  settings: TranslationSettings,
  hooks: Parameters<typeof translationWebhook>[0] = {},
  signal?: AbortSignal,
) => {
  const routes = translationRoutes(
    translationService({
      translators: createTranslators({ ...settings, all: { retries: quick } }),
      webhook: translationWebhook({ ...hooks, retries: quick }),
      usage: { record: async (entry) => void recorded.push(entry) },
      log: silentLog,
    }),
  )
  return async (endpoint: Endpoint, sent: unknown) => {
    const body = endpoint.body!.safeParse(sent)
    if (!body.success) throw new Error(body.error.issues[0]!.message)
    const request = { ip: '127.0.0.1', userAgent: 'test', signal: signal ?? new AbortController().signal }
    const route = routes.find((it) => it.endpoint.path === endpoint.path)!
    const answer = await route.handle({ principal, request, body: body.data } as never)
    return (endpoint.answer as z.ZodType).parse(answer)
  }
}

const everyJson = [translateWithOpenAI, translateWithGoogle, translateWithLibreTranslate, translateWithLocal]

describe('a text', () => {
  test('is translated by the engine of the path', async () => {
    const call = calling(everything())
    const body = { text: 'Hello world', source_language: 'en', target_language: 'it' }
    const plain = { translated_text: 'HELLO WORLD', source_language: 'en', target_language: 'it' }
    expect(await call(translateWithOpenAI, body)).toEqual(plain)
    expect(await call(translateWithLibreTranslate, body)).toEqual(plain)
    expect(await call(translateWithLocal, body)).toEqual(plain)
    expect(await call(translateWithGoogle, { text: 'Hello world', target_language: 'it' })).toEqual({
      translated_text: 'HELLO WORLD',
      detected_source_language: 'en',
    })
  })

  test('that names no source has it told', async () => {
    const text = 'Good morning everybody, today we are going to talk about the tides.'
    const answer = await calling(everything())(translateWithOpenAI, { text, target_language: 'it' })
    expect(answer).toMatchObject({ source_language: 'en' })
  })

  test('that is long says in how many pieces it went', async () => {
    const text = 'The tide comes in, and the tide goes out again. '.repeat(1_000)
    const answer = await calling(everything())(translateWithOpenAI, { text, target_language: 'it' })
    expect(answer).toMatchObject({ translated_text: loud(text), chunks_processed: openai.requests.length })
    expect(openai.requests.length).toBeGreaterThan(3)
  })

  test('takes a glossary along', async () => {
    const body = { text: 'The tide.', source_language: 'en', target_language: 'it', glossary: { tide: 'marea' } }
    expect(await calling(everything())(translateWithLibreTranslate, body)).toMatchObject({
      translated_text: 'THE marea.',
    })
  })
})

describe('what is missing', () => {
  test.each(everyJson.map((it) => [it.path, it] as const))(
    '%s uses the wording that clients know',
    async (_, endpoint) => {
      const call = calling(everything())
      await expect(call(endpoint, 'text')).rejects.toThrow(/^Request must be JSON$/)
      await expect(call(endpoint, ['text'])).rejects.toThrow(/^Request must be JSON$/)
      await expect(call(endpoint, { target_language: 'it' })).rejects.toThrow(/^Missing required field: text$/)
      await expect(call(endpoint, { text: 'Hello' })).rejects.toThrow(/^Missing required field: target_language$/)
      await expect(call(endpoint, { text: 'Hello', target_language: ' ' })).rejects.toThrow(
        /^Missing required field: target_language$/,
      )
      await expect(call(endpoint, { text: null, target_language: 'it' })).rejects.toThrow(
        /^Missing required field: text$/,
      )
      await expect(call(endpoint, { text: ' \n', target_language: 'it' })).rejects.toThrow(/^Text cannot be empty$/)
    },
  )

  test.each(everyJson.map((it) => [it.path, it] as const))(
    '%s without a key names the variable',
    async (_, endpoint) => {
      const running = calling({})(endpoint, { text: 'Hello', target_language: 'it' })
      await expect(running).rejects.toMatchObject({
        name: 'Refusal',
        status: 503,
        message: expect.stringMatching(/set [A-Z_]+/),
      })
    },
  )
})

describe('failures', () => {
  const hello = { text: 'Hello', source_language: 'en', target_language: 'it' }

  test('a language that is none is 400', async () => {
    const running = calling(everything())(translateWithOpenAI, { ...hello, target_language: 'zzzz' })
    await expect(running).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('Invalid target_language'),
    })
  })

  test('a language that the engine does not know is 422', async () => {
    const running = calling(everything())(translateWithLibreTranslate, { ...hello, target_language: 'sw' })
    await expect(running).rejects.toMatchObject({ status: 422, code: 'unsupported_language' })
  })

  test('a provider that stays down is 502 with its name', async () => {
    openai.faults.push(...Array.from({ length: 4 }, () => ({ kind: 'status', status: 500 }) as const))
    const running = calling(everything())(translateWithOpenAI, hello)
    await expect(running).rejects.toMatchObject({ status: 502, message: expect.stringContaining('OpenAI') })
    expect(openai.requests).toHaveLength(4)
  })

  test('a provider that never answers is 504', async () => {
    openai.faults.push({ kind: 'hang' }, { kind: 'hang' })
    const call = calling({ openai: { ...everything().openai, timeout_ms: 100 } })
    await expect(call(translateWithOpenAI, hello)).rejects.toMatchObject({ status: 504 })
  })

  test('a pace that asks for longer than we wait is passed on', async () => {
    openai.faults.push({ kind: 'paced', retryAfter: 120 })
    const running = calling(everything())(translateWithOpenAI, hello)
    await expect(running).rejects.toMatchObject({ status: 502, retryAfter: 120 })
    expect(openai.requests).toHaveLength(1)
  })
})

describe('usage', () => {
  test('is entered for the caller with service, path, characters, tokens and cost', async () => {
    const call = calling(everything())
    await call(translateWithGoogle, { text: 'Hello', target_language: 'it' })
    await call(translateWithOpenAI, { text: 'Hello', source_language: 'en', target_language: 'it' })
    expect(recorded).toMatchObject([
      {
        principal: { userId: 'u1' },
        service: 'google',
        endpoint: '/translations/google',
        characters: 5,
        cost_usd: 0.0001,
        failed: false,
      },
      { service: 'openai', endpoint: '/translations/openai', characters: 5, failed: false },
    ])
    expect(recorded[1]!.tokens).toBeGreaterThan(0)
  })

  test('is entered also where the call fails after it was spent', async () => {
    openai.faults.push({ kind: 'own', name: 'filtered' })
    await expect(
      calling(everything())(translateWithOpenAI, { text: 'Hello', target_language: 'it' }),
    ).rejects.toMatchObject({ status: 502 })
    expect(recorded).toMatchObject([{ service: 'openai', failed: true }])
  })

  test('is entered where the caller goes away half-way', async () => {
    const abort = new AbortController()
    const call = calling(everything(), {}, abort.signal)
    const text = 'The tide comes in, and the tide goes out again. '.repeat(2_000)
    openai.faults.push(
      { kind: 'own', name: 'none' },
      { kind: 'hang' },
      { kind: 'hang' },
      { kind: 'hang' },
      { kind: 'hang' },
    )
    const running = expect(
      call(translateWithOpenAI, { text, source_language: 'en', target_language: 'it' }),
    ).rejects.toMatchObject({ name: 'AbortError' })
    await openai.received(5)
    abort.abort()
    await running
    expect(recorded).toMatchObject([{ service: 'openai', failed: true }])
  })
})

describe('/translations/deepseek', () => {
  const form = {
    text: 'Hello',
    fileName: 'talk.wav',
    duration: '12',
    driveId: 'd',
    groupId: 'g',
    folderId: 'f',
    fileId: 'i',
    projectName: 'p',
  }
  const hooks = () => ({ webhookUrl: `${webhook.url}/main`, webhookUrlDev: `${webhook.url}/dev` })

  test('answers the caller where isLocal is true', async () => {
    expect(await calling(everything())(translateWithDeepSeek, { ...form, isLocal: 'true' })).toEqual({
      translated_text: 'HELLO',
    })
    expect(webhook.requests).toEqual([])
  })

  test('else posts a form to the webhook', async () => {
    const answer = await calling(everything(), hooks())(translateWithDeepSeek, form)
    expect(answer).toEqual({ message: 'Request sent to external service' })
    const [request] = webhook.requests
    expect(request).toMatchObject({ method: 'POST', path: '/main' })
    const { text, ...passedOn } = form
    expect(formOf(request!.body)).toEqual({ translation: 'HELLO', transcription: text, ...passedOn })
  })

  test('knows the webhook for development', async () => {
    await calling(everything(), hooks())(translateWithDeepSeek, { text: 'Hello', isDev: 'true' })
    expect(webhook.requests.map(({ path }) => path)).toEqual(['/dev'])
    expect(formOf(webhook.requests[0]!.body)).toEqual({ translation: 'HELLO', transcription: 'Hello' })
  })

  test('without a webhook names the variable before anything is spent', async () => {
    const call = calling(everything())
    await expect(call(translateWithDeepSeek, form)).rejects.toMatchObject({
      status: 503,
      message: expect.stringContaining('DEEPSEEK_WEBHOOK_URL'),
    })
    await expect(call(translateWithDeepSeek, { ...form, isDev: 'true' })).rejects.toThrow(/DEEPSEEK_WEBHOOK_URL_DEV/)
    expect(deepseek.requests).toEqual([])
  })

  test('a webhook that fails for a moment is tried again, one that stays down is 502', async () => {
    const call = calling(everything(), hooks())
    webhook.faults.push({ kind: 'status', status: 503 })
    expect(await call(translateWithDeepSeek, form)).toEqual({ message: 'Request sent to external service' })
    webhook.faults.push(...Array.from({ length: 4 }, () => ({ kind: 'status', status: 500 }) as const))
    await expect(call(translateWithDeepSeek, form)).rejects.toMatchObject({
      status: 502,
      message: 'Failed to send request to external service',
    })
  })

  test('a webhook that says no, or sends us elsewhere, is not asked again', async () => {
    const call = calling(everything(), hooks())
    for (const status of [302, 410]) {
      webhook.faults.push({ kind: 'status', status })
      await expect(call(translateWithDeepSeek, form)).rejects.toMatchObject({ status: 502 })
    }
    expect(webhook.requests).toHaveLength(2)
  })

  test('a webhook that does not answer is 504 and gets nothing twice', async () => {
    webhook.faults.push({ kind: 'hang' })
    const call = calling(everything(), { ...hooks(), timeout_ms: 100 })
    await expect(call(translateWithDeepSeek, form)).rejects.toMatchObject({ status: 504 })
    expect(webhook.requests).toHaveLength(1)
  })

  test('uses the wording that clients know', async () => {
    const call = calling(everything())
    await expect(call(translateWithDeepSeek, {})).rejects.toThrow(/^Missing text parameter$/)
    await expect(call(translateWithDeepSeek, { text: '' })).rejects.toThrow(/^Missing text parameter$/)
    await expect(call(translateWithDeepSeek, { text: '  ' })).rejects.toThrow(/^Text cannot be empty$/)
  })
})
