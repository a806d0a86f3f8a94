import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../app.ts'
import { barriers, openBrowser, openWindow, watch } from './browser.ts'

const folder = mkdtempSync(join(tmpdir(), 'mina-files-'))
const file = (name: string) => join(folder, name)
let app: TestApp
let browser: Browser

beforeAll(async () => {
  execFileSync('espeak-ng', ['-v', 'en-us', '-s', '145', '-w', file('talk.wav'), 'The lazy dog sleeps in the garden.'])
  writeFileSync(file('letter.wav'), 'This is no sound at all, only a letter.')
  writeFileSync(file('empty.mp3'), '')
  app = await testApp()
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await app?.close()
  rmSync(folder, { recursive: true, force: true })
})

test('files are sent, transcribed and opened; what can not be read says so', async () => {
  const person = await app.person()
  const context = await openWindow(browser, app, person)
  const page = await context.newPage()
  const seen = watch(page)
  await page.goto('/app#/upload')
  await page.getByRole('button', { name: 'Choose files' }).waitFor()
  expect(await barriers(page)).toEqual([])
  await page.locator('input[type=file]').setInputFiles([file('talk.wav'), file('letter.wav'), file('empty.mp3')])
  const row = (name: string) => page.getByRole('listitem').filter({ hasText: name })
  await row('empty.mp3').getByText('This file is empty.').waitFor()
  await row('letter.wav').getByRole('alert').waitFor({ timeout: 30_000 })
  await row('talk.wav').getByText('Transcribed').waitFor({ timeout: 60_000 })
  await row('talk.wav')
    .getByText(/dog|garden/i)
    .waitFor()
  expect(await barriers(page)).toEqual([])
  await row('talk.wav').getByRole('link', { name: 'Open' }).click()
  await page.waitForURL(/#\/conversation\//)
  await page
    .getByText(/dog|garden/i)
    .first()
    .waitFor()
  // The refusal of the letter is told to the console by the browser itself.
  expect(seen.troubles([/status of 4\d\d/])).toEqual([])
  await context.close()
})

test('a link that leads nowhere says so in the library too, and promises no recording', async () => {
  const context = await openWindow(browser, app, await app.person())
  const page = await context.newPage()
  await page.goto('/app#/upload')
  await page.getByLabel('Address of a recording or video').fill('http://127.0.0.1:9/talk.mp3')
  await page.getByRole('button', { name: 'Fetch it' }).click()
  await page.getByRole('alert').getByText('It was not fetched.').waitFor()
  await page.goto('/app#/library')
  await page.getByText('Nothing was fetched.').waitFor()
  expect(await page.getByText('The recording is safe.').count()).toBe(0)
  await page.getByRole('link', { name: 'Give another link' }).click()
  await page.getByRole('heading', { name: 'Upload', exact: true }).waitFor()
  await context.close()
})

test('an upload that loses its connection goes on by itself', async () => {
  const person = await app.person()
  const context = await openWindow(browser, app, person)
  const page = await context.newPage()
  await page.goto('/app#/upload')
  await page.getByRole('button', { name: 'Choose files' }).waitFor()
  let cut = true
  await page.route('**/api/uploads/tus/**', async (route) => {
    if (cut && route.request().method() === 'PATCH') {
      cut = false
      await route.abort('connectionreset')
    } else await route.continue()
  })
  await page.locator('input[type=file]').setInputFiles(file('talk.wav'))
  await page.getByText('Transcribed').waitFor({ timeout: 60_000 })
  await context.close()
})

test('a file may be dropped on any page, and beside the place for it', async () => {
  const person = await app.person()
  const context = await openWindow(browser, app, person)
  const page = await context.newPage()
  // As text, because Node's types know no document.
  const drop = (name: string) =>
    page.evaluate(`{
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File([], ${JSON.stringify(name)}, { type: 'audio/mpeg' }))
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }))
    }`)
  await page.goto('/app#/settings')
  await page.getByRole('heading', { level: 1 }).waitFor()
  await drop('first.mp3')
  await page.waitForURL(/#\/upload/)
  const row = (name: string) => page.getByRole('listitem').filter({ hasText: name })
  await row('first.mp3').getByText('This file is empty.').waitFor()
  await drop('second.mp3')
  await row('second.mp3').getByText('This file is empty.').waitFor()
  expect(await row('first.mp3').count()).toBe(1)
  await context.close()
})
