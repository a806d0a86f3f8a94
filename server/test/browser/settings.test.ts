import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, type TestPerson, testApp } from '../app.ts'
import { barriers, openBrowser, openWindow, watch } from './browser.ts'

let app: TestApp
let browser: Browser
let administrator: TestPerson

beforeAll(async () => {
  app = await testApp()
  administrator = await app.administrator()
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await app?.close()
})

const settings = [
  ['profile', 'Profile'],
  ['appearance', 'Appearance'],
  ['password', 'Password'],
  ['sessions', 'Sessions'],
  ['keys', 'API keys'],
  ['usage', 'Usage'],
  ['webhooks', 'Webhooks'],
  ['vocabulary', 'Vocabulary'],
  ['templates', 'Templates'],
  ['data', 'Keeping'],
] as const

test('each part of the settings and of the admin opens, without barriers and without errors', async () => {
  const context = await openWindow(browser, app, administrator)
  const page = await context.newPage()
  const seen = watch(page)
  for (const [part, title] of settings) {
    await page.goto(`/app#/settings?part=${part}`)
    await page.getByRole('heading', { level: 2, name: title }).waitFor()
    await page.locator('.skeleton').first().waitFor({ state: 'detached' })
    expect(await barriers(page), part).toEqual([])
    await expect.poll(() => page.getByRole('alert').filter({ hasText: /\w/ }).count(), { message: part }).toBe(0)
  }
  for (const part of ['users', 'audit']) {
    await page.goto(`/app#/admin?part=${part}`)
    await page.getByRole('tabpanel').waitFor()
    await page.locator('.skeleton').first().waitFor({ state: 'detached' })
    expect(await barriers(page), part).toEqual([])
  }
  expect(seen.troubles()).toEqual([])
  await context.close()
})

test('a key is made, shown once, and opens the API; revoked, it does not', async () => {
  const person = await app.person()
  const context = await openWindow(browser, app, person)
  const page = await context.newPage()
  const seen = watch(page)
  await page.goto('/app#/settings?part=keys')
  await page.getByRole('button', { name: 'New key' }).click()
  await page.getByLabel('What is it for?').fill('Night import')
  await page.getByRole('button', { name: 'Make the key' }).click()
  const key = await page.locator('.once code').textContent()
  const withKey = () => fetch(`${app.base}/api/conversations`, { headers: { authorization: `Bearer ${key}` } })
  expect((await withKey()).status).toBe(200)
  await page.getByRole('button', { name: 'Done' }).click()
  expect(await page.getByText(key ?? '').count()).toBe(0)
  await page
    .getByRole('row', { name: /Night import/ })
    .getByRole('button', { name: 'Revoke' })
    .click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('There are no keys yet.').waitFor()
  expect((await withKey()).status).toBe(401)
  expect(seen.troubles()).toEqual([])
  await context.close()
})

test('the language of the whole app changes at once, and stays', async () => {
  const person = await app.person()
  const context = await openWindow(browser, app, person)
  const page = await context.newPage()
  await page.goto('/app#/settings?part=appearance')
  await page.getByLabel('Language').selectOption('it')
  await page.getByRole('heading', { name: 'Impostazioni' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'Impostazioni' }).waitFor()
  expect(await page.locator('html').getAttribute('lang')).toBe('it')
  await context.close()
})

test('an invited person registers by the link and is led to the first minutes', async () => {
  const context = await openWindow(browser, app, administrator)
  const page = await context.newPage()
  await page.goto('/app#/admin')
  await page.getByRole('button', { name: 'Invite' }).click()
  await page.getByLabel('Email', { exact: true }).fill('guest@example.org')
  await page.getByRole('button', { name: 'Send the invitation' }).click()
  const link = await page.locator('.invitation').textContent()
  await context.close()
  const theirs = await openWindow(browser, app)
  const guest = await theirs.newPage()
  const seen = watch(guest)
  await guest.goto(link ?? '')
  await guest.getByLabel('Email', { exact: true }).fill('guest@example.org')
  await guest.getByLabel('Password', { exact: true }).fill('correct horse 7')
  await guest.getByRole('button', { name: 'Create account' }).click()
  await guest.getByRole('heading', { name: 'Welcome' }).waitFor()
  expect(await barriers(guest)).toEqual([])
  expect(seen.troubles()).toEqual([])
  await theirs.close()
})

test('welcome, terms and privacy need no script and have no barriers', async () => {
  const context = await openWindow(browser, app)
  const page = await context.newPage()
  const seen = watch(page)
  for (const path of ['/', '/terms', '/privacy']) {
    await page.goto(path)
    expect(await barriers(page), path).toEqual([])
  }
  expect(seen.troubles()).toEqual([])
  await context.close()
})
