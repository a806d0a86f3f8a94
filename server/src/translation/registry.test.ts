import { afterEach, describe, expect, test } from 'vitest'
import { chatRequest, startChatDouble } from '../../test/doubles/translation/chat.ts'
import type { Double } from '../../test/doubles/translation/server.ts'
import { createTranslators } from './registry.ts'

test('with nothing set up, each names its variable and choosing says what would help', () => {
  const translators = createTranslators({})
  for (const translator of Object.values(translators.all)) expect(translator.unavailable()).toMatch(/set [A-Z_]{6,}/)
  expect(() => translators.choose()).toThrow(/LLM_BASE_URL/)
})

test('the machines of the operator go before those of strangers', () => {
  const openai = { apiKey: 'sk' }
  expect(createTranslators({ google: { apiKey: 'AIza' } }).choose().name).toBe('google')
  expect(createTranslators({ openai, libretranslate: { baseUrl: 'http://127.0.0.1:1' } }).choose().name).toBe(
    'libretranslate',
  )
  expect(createTranslators({ openai }).choose('deepseek').name).toBe('deepseek')
  expect(() => createTranslators({ openai }).choose('babelfish')).toThrow(/Must be one of: openai, google/)
})

describe('the model endpoint', () => {
  let double: Double
  afterEach(() => double.close())
  const to = { source: 'en', target: 'it' }

  test('falls back to the settings of OpenAI', async () => {
    double = await startChatDouble({ key: 'sk', models: ['gpt-4o-mini'] })
    const translators = createTranslators({ openai: { apiKey: 'sk', baseUrl: `${double.url}/v1` } })
    expect((await translators.get('local').translate(['text'], to)).texts).toEqual(['text'])
  })

  test('with an address of its own never sees the key of OpenAI', async () => {
    double = await startChatDouble()
    const translators = createTranslators({
      openai: { apiKey: 'sk-secret' },
      llm: { baseUrl: `${double.url}/v1`, model: 'llama' },
    })
    await translators.get('local').translate(['text'], to)
    expect(chatRequest(double.requests[0]!).model).toBe('llama')
    expect(double.requests[0]!.headers.authorization).not.toContain('sk-secret')
  })
})
