import { startTranslation } from '@mina/contract'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../app.ts'
import { startLibreTranslateDouble } from '../doubles/translation/libretranslate.ts'
import type { Double } from '../doubles/translation/server.ts'
import { spokenConversation } from '../meeting.ts'
import { barriers, openBrowser, openWindow, watch } from './browser.ts'

let libre: Double
let app: TestApp
let browser: Browser

beforeAll(async () => {
  libre = await startLibreTranslateDouble({ translate: (text) => `[it] ${text}`, batchLimit: 100 })
  app = await testApp({ env: { RATE_LIMITS: 'off', LIBRETRANSLATE_URL: libre.url, DEEPGRAM_API_KEY: 'never used' } })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await app?.close()
  await libre?.close()
})

test('a conversation is read in another language, and a former version of that can be shown again', async () => {
  const person = await app.person()
  const { id } = await spokenConversation(person, [
    { speaker: 'Anna', text: 'The tide comes in twice a day.' },
    { speaker: 'Ben', text: 'Because of the moon.' },
  ])
  const context = await openWindow(browser, app, person)
  const page = await context.newPage()
  const seen = watch(page)
  await page.goto(`/app#/conversation/${id}?panel=translation`)
  await page.getByRole('combobox', { name: 'Language' }).selectOption({ label: 'Italian' })
  await page.getByRole('button', { name: 'Translate' }).click()
  await page.getByText('[it] Because of the moon.').waitFor()
  await page.getByRole('switch', { name: 'Show it under the text' }).click()
  await expect.poll(() => page.getByText('[it] Because of the moon.').count()).toBe(2)

  const again = { target_language: 'it', glossary: { moon: 'luna' } }
  await person.call(startTranslation, { params: { id }, body: again })
  await page.reload()
  await page.getByText('[it] Because of the luna.').waitFor()
  await page.getByText('Translation: LibreTranslate').waitFor()
  await page.getByText('2 versions').click()
  expect(await page.getByText(/· LibreTranslate$/).count()).toBe(2)
  await page.getByText('shown now').waitFor()
  expect(await barriers(page)).toEqual([])
  await page.getByRole('button', { name: 'Show this one' }).click()
  await page.getByText('[it] Because of the moon.').waitFor()
  await page.getByText('3 versions').waitFor()
  await page.getByRole('button', { name: 'Remove version 2' }).click()
  await page.getByText('2 versions').waitFor()
  expect(seen.troubles()).toEqual([])
  await context.close()
})

test('a long translation is drawn where it is looked at, and leads to its passage', async () => {
  const person = await app.person()
  const spoken = Array.from({ length: 120 }, (_, at) => ({ speaker: 'Anna', text: `Sentence ${at} of the tides.` }))
  const { id } = await spokenConversation(person, spoken)
  await person.call(startTranslation, { params: { id }, body: { target_language: 'it' } })
  const context = await openWindow(browser, app, person)
  const page = await context.newPage()
  await page.goto(`/app#/conversation/${id}?panel=translation`)
  const panel = page.getByRole('tabpanel')
  const rows = panel.getByRole('button', { name: /\[it\] Sentence/ })
  await rows.first().waitFor()
  expect(await rows.count()).toBeLessThan(60)
  await panel.hover()
  await page.mouse.wheel(0, 100_000)
  await panel.getByRole('button', { name: /Sentence 119/ }).click()
  await page.locator('.transcript .tx', { hasText: 'Sentence 119' }).waitFor()
  await context.close()
})

test('engines that can be chosen for a recording have names for people', async () => {
  const context = await openWindow(browser, app, await app.person())
  const page = await context.newPage()
  await page.goto('/app#/live')
  const engines = page.getByRole('combobox', { name: 'Engine' }).getByRole('option')
  await engines.first().waitFor({ state: 'attached' })
  expect(await engines.allTextContents()).toEqual(expect.arrayContaining(['Built-in', 'Deepgram']))
  await context.close()
})
