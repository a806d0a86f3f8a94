import { login } from '@mina/contract'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, type TestPerson, testApp } from '../app.ts'
import { finished } from '../live/conversation.ts'
import { barriers, openBrowser, openWindow } from './browser.ts'
import { begin, idOf, listed, onlyOne, recorded, spokenFile, stop } from './recording.ts'

const voice = spokenFile()
let app: TestApp
let browser: Browser

beforeAll(async () => {
  app = await testApp({ env: { RATE_LIMITS: 'off' } })
  browser = await openBrowser({ microphone: voice.path })
})
afterAll(async () => {
  await browser?.close()
  await app?.close()
  voice.remove()
})

test('who records is told when the sound goes away, and when this device can not keep it', async () => {
  const person = await app.person()
  const context = await openWindow(browser, app, person, { permissions: ['microphone'] })
  const page = await context.newPage()
  // As text, because Node's types know no microphone: what was opened is held, so that it can be taken away.
  await page.addInitScript({
    content: `{
      const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
      navigator.mediaDevices.getUserMedia = async (wanted) => (window.opened = await open(wanted))
    }`,
  })
  await begin(page)
  await page.getByText('All audio saved').waitFor()
  await page.evaluate(`for (const it of opened.getTracks()) { it.stop(); it.dispatchEvent(new Event('ended')) }`)
  await page.getByText('The microphone went silent').waitFor()
  expect(await barriers(page)).toEqual([])
  await page.getByRole('button', { name: 'Listen again' }).click()
  await page.getByText('The microphone went silent').waitFor({ state: 'detached' })
  const again = await recorded(page)
  await expect.poll(() => recorded(page)).toBeGreaterThan(again)

  // Its disk is full while there is no connection: the sound is nowhere but in this page.
  await page.evaluate(`IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError') }`)
  await context.setOffline(true)
  await page.getByText('This device has no room for the sound').waitFor()
  await page.getByText('Only in this page', { exact: true }).waitFor()
  expect(await page.getByText('safe on this device').count()).toBe(0)
  expect(await barriers(page)).toEqual([])
  const before = await recorded(page)
  await context.setOffline(false)
  await page.getByText('All audio saved').waitFor()
  await page.getByText('This device has no room').waitFor({ state: 'detached' })
  await stop(page)
  const { conversation } = await finished(person, await idOf(page))
  expect(conversation.duration_s).toBeGreaterThanOrEqual(before)
  await context.close()
})

test('stopped without a connection, a recording is sent from another page later', async () => {
  const person = await app.person()
  const context = await openWindow(browser, app, person, { permissions: ['microphone'] })
  const page = await context.newPage()
  await begin(page)
  await page.getByText('All audio saved').waitFor()
  await context.setOffline(true)
  await page.getByText('Your recording is safe on this device').waitFor()
  const before = await recorded(page)
  await expect.poll(() => recorded(page)).toBeGreaterThan(before)
  await stop(page)
  await page.getByRole('heading', { name: 'Your recording is safe on this device' }).waitFor()
  expect(await barriers(page)).toEqual([])
  await page.close()
  await context.setOffline(false)
  const later = await context.newPage()
  await later.goto('/app#/library')
  const id = await onlyOne(person)
  const { conversation } = await finished(person, id)
  expect(conversation.duration_s).toBeGreaterThanOrEqual(before)
  await later.locator('.item').first().waitFor()
  await context.close()
})

async function signIn(page: Page, { email, password }: TestPerson) {
  await page.getByLabel('Email', { exact: true }).fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}
async function signOut(page: Page) {
  await page.goto('/app#/library')
  await page.getByRole('button', { name: 'You', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Sign in' }).waitFor()
}

test('what was left on a shared browser is for the one who spoke, and for nobody else', async () => {
  const [ada, ben] = [await app.person(), await app.person()]
  const context = await openWindow(browser, app, ada, { permissions: ['microphone'] })
  const first = await context.newPage()
  await begin(first)
  await first.getByText('All audio saved').waitFor()
  await context.setOffline(true)
  await first.getByText('Your recording is safe on this device').waitFor()
  const before = await recorded(first)
  await first.close()
  await context.setOffline(false)

  const page = await context.newPage()
  const cut = page.getByText('A recording was interrupted')
  await page.goto('/app#/library')
  await cut.waitFor()
  await signOut(page)
  await signIn(page, ben)
  await page.getByRole('heading', { name: 'Say something' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'Say something' }).waitFor()
  await page.goto('/app#/live')
  await page.getByRole('button', { name: 'Begin recording' }).waitFor()
  expect(await cut.count()).toBe(0)
  expect(await listed(ben)).toEqual([])

  await signOut(page)
  await signIn(page, ada)
  await cut.waitFor()
  await page.getByRole('button', { name: 'Finish' }).click()
  await page.getByRole('button', { name: 'Open' }).click({ timeout: 60_000 })
  // Signing out ended the session that the test spoke with.
  const again = app.client()
  await again.call(login, { body: { email: ada.email, password: ada.password } })
  const { conversation } = await finished(again, await idOf(page))
  expect(conversation.duration_s).toBeGreaterThanOrEqual(before)
  expect(await listed(ben)).toEqual([])
  await context.close()
})
