import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listHighlights, listTasks } from '@mina/contract'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../app.ts'
import { finished } from '../live/conversation.ts'
import { barriers, countShifts, openBrowser, openWindow, watch } from './browser.ts'

const folder = mkdtempSync(join(tmpdir(), 'mina-voice-'))
let app: TestApp
let browser: Browser

beforeAll(async () => {
  const microphone = join(folder, 'said.wav')
  const text = 'The lazy dog sleeps in the garden. We meet again on Monday morning.'
  execFileSync('espeak-ng', ['-v', 'en-us', '-s', '145', '-w', microphone, text])
  app = await testApp()
  browser = await openBrowser({ microphone })
})
afterAll(async () => {
  await browser?.close()
  await app?.close()
  rmSync(folder, { recursive: true, force: true })
})

const idOf = async (page: Page) => {
  await page.waitForURL(/#\/conversation\//, { timeout: 60_000 })
  return /conversation\/([\w-]+)/.exec(page.url())?.[1] ?? ''
}
const begin = async (page: Page) => {
  await page.goto('/app#/live')
  await page.getByRole('button', { name: 'Begin recording' }).click()
  await page.getByRole('timer').waitFor()
}
const words = (page: Page) => page.getByRole('log', { name: 'What is said' })

test('words appear while somebody speaks; what was marked stays with them; stop opens the conversation', async () => {
  const person = await app.person()
  const context = await openWindow(browser, app, person, { permissions: ['microphone'] })
  const page = await context.newPage()
  const seen = watch(page)
  const shifted = await countShifts(page)
  await page.goto('/app#/live')
  await page.getByRole('button', { name: 'Begin recording' }).waitFor()
  expect(await barriers(page)).toEqual([])
  await begin(page)
  await words(page)
    .getByText(/dog|monday|morning/i)
    .first()
    .waitFor({ timeout: 60_000 })
  const before = await shifted()
  expect(await barriers(page)).toEqual([])
  await page.keyboard.press('h')
  await page.keyboard.press('n')
  await page.getByLabel('What to remember').fill('Ask for the key')
  await page.getByLabel('Make it a task').check()
  await page.getByRole('button', { name: 'Keep note' }).click()
  await page.getByText('All audio saved').waitFor()
  expect(before).toBeLessThan(0.1)
  await page.getByRole('button', { name: 'Stop' }).click()
  const id = await idOf(page)
  const { segments } = await finished(person, id)
  expect(segments.map((it) => it.text).join(' ')).toMatch(/dog|monday|morning/i)
  const { items: tasks } = await person.call(listTasks, { params: { id } })
  expect(tasks.map((it) => it.text)).toEqual(['Ask for the key'])
  const { items: highlights } = await person.call(listHighlights, { params: { id } })
  expect(highlights).toHaveLength(1)
  expect(seen.troubles()).toEqual([])
  await context.close()
})

test('offline, the sound stays here, through a reload too; online again nothing is lost', async () => {
  const person = await app.person()
  const context = await openWindow(browser, app, person, { permissions: ['microphone'], serviceWorkers: 'allow' })
  const page = await context.newPage()
  await page.goto('/app#/library')
  // The app itself is kept for times without a connection.
  await page.evaluate('navigator.serviceWorker.ready.then(() => 0)')
  await begin(page)
  await words(page).getByText(/\w+/).first().waitFor({ timeout: 60_000 })
  await context.setOffline(true)
  await page.getByText('Your recording is safe on this device').waitFor()
  const before = await page.getByRole('timer').textContent()
  await expect.poll(() => page.getByRole('timer').textContent()).not.toBe(before)
  expect(await barriers(page)).toEqual([])
  await page.reload()
  await page.getByText('A recording was interrupted').waitFor()
  await context.setOffline(false)
  await page.getByRole('button', { name: 'Finish it' }).click()
  await page.getByRole('button', { name: 'Open' }).click({ timeout: 60_000 })
  const id = await idOf(page)
  const { conversation, segments } = await finished(person, id)
  expect(segments.length).toBeGreaterThan(0)
  // Everything up to the reload arrived, what was said offline included.
  const [minutes = 0, seconds = 0] = (before ?? '').split(':').map(Number)
  expect(conversation.duration_s).toBeGreaterThanOrEqual(minutes * 60 + seconds)
  await context.close()
})

test('a refused microphone is explained, with a way on', async () => {
  const person = await app.person()
  const context = await openWindow(browser, app, person)
  const page = await context.newPage()
  await page.addInitScript({
    content: `navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))`,
  })
  await page.goto('/app#/live')
  await page.getByRole('button', { name: 'Begin recording' }).click()
  await page.getByRole('heading', { name: 'Mina may not use the microphone' }).waitFor()
  expect(await barriers(page)).toEqual([])
  await page.getByRole('link', { name: 'Upload a file instead' }).click()
  await page.getByRole('heading', { name: 'Upload', exact: true }).waitFor()
  await context.close()
})
