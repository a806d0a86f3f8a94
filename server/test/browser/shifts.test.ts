import { join } from 'node:path'
import { listConversations } from '@mina/contract'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fakeRecogniser } from '../../src/speech/fake.ts'
import { type TestApp, testApp } from '../app.ts'
import { ffmpeg, soundFolder } from '../sounds.ts'
import { barriers, countShifts, openBrowser, openWindow } from './browser.ts'

let app: TestApp
let browser: Browser
let sounds: Awaited<ReturnType<typeof soundFolder>>
let sound: string
/** Lets the engine go on to its next sentence. */
let speakOn: () => void
const sentences = 6

beforeAll(async () => {
  sounds = await soundFolder()
  sound = join(sounds.path, 'long.wav')
  await ffmpeg('-f', 'lavfi', '-i', 'sine=330:duration=90', '-ar', '16000', '-ac', '1', sound)
  const engine = fakeRecogniser({
    name: 'local',
    async transcripts(_, { onUtterance, onProgress }) {
      for (let at = 0; at < sentences; at += 1) {
        const text = `Sentence ${at + 1}: what was said here is long enough to be broken into two lines of a row.`
        const [start_ms, end_ms] = [at * 15_000, at * 15_000 + 14_000]
        await onUtterance?.({ start_ms, end_ms, text, confidence: 0.9 })
        onProgress?.({ done: (at + 1) / (sentences + 1), audio_s: end_ms / 1000 })
        const turn = Promise.withResolvers<void>()
        speakOn = turn.resolve
        await turn.promise
      }
      return { utterances: [] }
    },
  })
  app = await testApp({ engines: [engine], env: { RATE_LIMITS: 'off' } })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await app?.close()
  await sounds?.remove()
})

const looks = [
  ['desktop', { width: 1440, height: 900 }],
  ['phone', { width: 390, height: 844 }],
] as const

const upload = (page: Page) => page.locator('input[type=file]').setInputFiles(sound)
const most = 0.02

/** The connection goes and comes back: what is read stays where it is. */
async function offlineAndBack(page: Page) {
  await page.context().setOffline(true)
  await page.getByText('You are offline.').waitFor()
  await page.getByRole('button', { name: 'Close' }).click()
  await page.getByText('You are offline.').waitFor({ state: 'detached' })
  await page.context().setOffline(false)
}

test.each(looks)('on a %s nothing moves while a transcription arrives', async (_, viewport) => {
  const person = await app.person()
  for (const title of ['One', 'Two', 'Three']) await person.conversation(title)
  const context = await openWindow(browser, app, person, { viewport })
  const page = await context.newPage()
  const moved = await countShifts(page)
  await page.goto('/app#/upload')
  await page.getByRole('button', { name: 'Choose files' }).waitFor()
  await upload(page)
  const row = page.getByRole('listitem').filter({ hasText: 'long.wav' })
  await row.waitFor()
  // The row itself stands where there was none: that was asked for.
  await page.evaluate('window.minaShift = 0')
  await row.getByText('Sentence 1').waitFor({ timeout: 30_000 })
  speakOn()
  await row.getByText('Sentence 2').waitFor()
  expect(await moved(), 'upload').toBeLessThan(most)

  await page.goto('/app#/library')
  await page.getByRole('progressbar', { name: /long/ }).waitFor()
  await page.evaluate('window.minaShift = 0')
  const percent = page.locator('.item', { hasText: 'long' }).locator('.stat b')
  const before = await percent.textContent()
  speakOn()
  await expect.poll(() => percent.textContent()).not.toBe(before)
  expect(await moved(), 'library').toBeLessThan(most)
  const ended = async () => (await person.call(listConversations, { query: {} })).items[0]?.status === 'final'
  await expect
    .poll(async () => {
      speakOn()
      return await ended()
    })
    .toBe(true)
  await context.close()
})

test.each(looks)('on a %s pages open, and lose their connection, without moving', async (_, viewport) => {
  const person = await app.person()
  for (const title of ['One', 'Two', 'Three']) await person.conversation(title)
  const context = await openWindow(browser, app, person, { viewport })
  for (const [path, there] of [
    ['/app#/library', 'One'],
    ['/app#/upload', 'Choose files'],
    ['/app#/settings', 'Time zone'],
    ['/app#/settings?part=usage', 'Last 30 days'],
  ] as const) {
    const page = await context.newPage()
    const moved = await countShifts(page)
    await page.goto(path)
    await page.getByText(there, { exact: true }).first().waitFor()
    await offlineAndBack(page)
    expect(await barriers(page), path).toEqual([])
    expect(await moved(), path).toBeLessThan(most)
    await page.close()
  }
  await context.close()
})
