import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { conformance } from '../../../test/doubles/translation/conformance.ts'
import { startGoogle2Double, startGoogle3Double } from '../../../test/doubles/translation/google.ts'
import { startLibreTranslateDouble } from '../../../test/doubles/translation/libretranslate.ts'
import type { Double } from '../../../test/doubles/translation/server.ts'
import { createTranslator } from '../translator.ts'
import { googleCode, googleEngine } from './google.ts'
import { libreTranslateEngine } from './libretranslate.ts'

const folder = mkdtempSync(join(tmpdir(), 'mina-translation-'))
afterAll(() => rmSync(folder, { recursive: true }))

const timeout_ms = 250
const quick = { retries: { base_ms: 1, longest_ms: 50 } }
const to = { source: 'en', target: 'it' }

const fileWith = (name: string, content: unknown) => {
  const file = join(folder, name)
  writeFileSync(file, JSON.stringify(content))
  return file
}

conformance('google v2', async ({ retries, translate }) => {
  const double = await startGoogle2Double({ key: 'AIza', translate })
  const engine = (apiKey: string) =>
    createTranslator(googleEngine({ apiKey, translateBaseUrl: double.url, timeout_ms }), { retries })
  return { double, translator: engine('AIza'), stranger: engine('other'), isWork: () => true }
})

conformance('google v3', async ({ retries, translate }) => {
  const double = await startGoogle3Double({ translate })
  const other = await startGoogle3Double()
  await other.close()
  const engine = (credentialsFile: string) =>
    createTranslator(googleEngine({ credentialsFile, translateBaseUrl: double.url, timeout_ms }), { retries })
  return {
    double,
    translator: engine(fileWith('account.json', double.account)),
    stranger: engine(fileWith('other.json', { ...double.account, private_key: other.account.private_key })),
    isWork: (path) => path !== '/token',
  }
})

conformance('libretranslate', async ({ retries, translate }) => {
  const double = await startLibreTranslateDouble({ key: 'libre', translate })
  const engine = (apiKey: string) =>
    createTranslator(libreTranslateEngine({ baseUrl: `${double.url}/`, apiKey, timeout_ms }), { retries })
  return { double, translator: engine('libre'), stranger: engine('other'), isWork: (path) => path === '/translate' }
})

describe('google', () => {
  let double: Double
  afterEach(() => double.close())

  const version2 = async () => {
    double = await startGoogle2Double()
    return createTranslator(googleEngine({ apiKey: 'AIza', translateBaseUrl: double.url }), quick)
  }

  test('a pace answered with 403 is waited for, the quota of a day is not', async () => {
    const translator = await version2()
    double.faults.push({ kind: 'own', name: 'rate-403' })
    expect((await translator.translate(['text'], to)).texts).toEqual(['text'])
    double.faults.push({ kind: 'own', name: 'day-403' })
    await expect(translator.translate(['text'], to)).rejects.toThrow(/quota or credit is used up/)
    expect(double.requests).toHaveLength(3)
  })

  test('a language that it does not know is unsupported', async () => {
    const translator = await version2()
    await expect(translator.translate(['text'], { source: 'en', target: 'lo' })).rejects.toMatchObject({
      code: 'unsupported_language',
    })
  })

  test('costs are counted by the character', async () => {
    const translator = await version2()
    const { usage } = await translator.translate(['a'.repeat(1_000)], to)
    expect(usage).toEqual({ characters: 1_000, tokens: 0, cost_usd: 0.02 })
  })

  test('a text of many bytes a character still fits its requests', async () => {
    const translator = await version2()
    const text = '日本語の文章です。'.repeat(8_000)
    expect((await translator.translate([text], { source: 'ja', target: 'en' })).texts).toEqual([text])
    for (const { body } of double.requests) expect(Buffer.byteLength(body)).toBeLessThan(102_400)
  })

  test('a service account that lacks the permission is told from a pace', async () => {
    const account = await startGoogle3Double()
    double = account
    const translator = createTranslator(
      googleEngine({ credentialsFile: fileWith('weak.json', account.account), translateBaseUrl: double.url }),
      quick,
    )
    await translator.translate(['ready'], to)
    double.faults.push({ kind: 'own', name: 'forbidden' })
    await expect(translator.translate(['text'], to)).rejects.toThrow(/check GOOGLE_APPLICATION_CREDENTIALS/)
    expect(double.requests.filter(({ path }) => path === '/token')).toHaveLength(1)
  })
})

test('google without a key, or with a file that is none, names the variable and no path', () => {
  expect(googleEngine({}).unavailable()).toMatch(/GOOGLE_APPLICATION_CREDENTIALS or GOOGLE_API_KEY/)
  const missing = googleEngine({ credentialsFile: join(folder, 'nowhere.json') }).unavailable()
  expect(missing).toContain('GOOGLE_APPLICATION_CREDENTIALS')
  expect(missing).not.toContain(folder)
})

test('google has codes of its own', () => {
  expect(['zh', 'zh-Hant', 'zh-TW', 'pt-BR', 'nb', 'he', 'en-US'].map(googleCode)).toEqual([
    'zh-CN',
    'zh-TW',
    'zh-TW',
    'pt-BR',
    'no',
    'iw',
    'en',
  ])
})

describe('libretranslate', () => {
  let double: Double
  afterEach(() => double.close())

  test('limits that an operator set lower are kept', async () => {
    double = await startLibreTranslateDouble({ charLimit: 300, batchLimit: 2 })
    const translator = createTranslator(libreTranslateEngine({ baseUrl: double.url }), quick)
    const texts = ['A sentence of some length. '.repeat(60), 'one', 'two', 'three']
    expect((await translator.translate(texts, to)).texts).toEqual(texts)
  })

  test('a language that is not installed is unsupported, naming those that are', async () => {
    double = await startLibreTranslateDouble({ languages: ['en', 'it'] })
    const translator = createTranslator(libreTranslateEngine({ baseUrl: double.url }), quick)
    const failure = { code: 'unsupported_language', message: expect.stringContaining('en, it') }
    await expect(translator.translate(['text'], { source: 'en', target: 'sw' })).rejects.toMatchObject(failure)
  })

  test('Chinese is found under the name that the server uses', async () => {
    double = await startLibreTranslateDouble({ languages: ['en', 'zt', 'zh-Hans'] })
    const translator = createTranslator(libreTranslateEngine({ baseUrl: double.url }), quick)
    await translator.translate(['text'], { source: 'en', target: 'zh-TW' })
    await translator.translate(['text'], { source: 'en', target: 'zh' })
    const targets = double.requests.flatMap(({ body }) =>
      body ? [(JSON.parse(body) as { target: string }).target] : [],
    )
    expect(targets).toEqual(['zt', 'zh-Hans'])
  })
})
