import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../app.ts'
import { barriers, openBrowser, openWindow, watch } from './browser.ts'

let app: TestApp
let browser: Browser

beforeAll(async () => {
  app = await testApp({ env: { RATE_LIMITS: 'off' } })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await app?.close()
})

/** A refused log-in is told to the console by the browser itself. */
const refused = [/status of 401/]
const email = (page: Page) => page.getByLabel('Email', { exact: true })
const password = (page: Page, name = 'Password') => page.getByLabel(name, { exact: true })
const linkIn = (mail: string) => /\/app#\/(verify|reset)\?token=[\w.-]+/.exec(mail)?.[0] ?? 'no link'

test('who has to sign in comes back to where they wanted to go', async () => {
  const person = await app.person()
  const context = await openWindow(browser, app)
  const page = await context.newPage()
  const seen = watch(page)
  await page.goto('/app#/settings?part=keys')
  await page.getByText('Sign in to go on where you wanted to go.').waitFor()
  expect(await barriers(page)).toEqual([])
  await email(page).fill(person.email)
  await password(page).fill('not this one 1')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('That email and password do not belong together.').waitFor()
  expect(await barriers(page)).toEqual([])
  await password(page).fill(person.password)
  await password(page).press('Enter')
  await page.getByRole('heading', { name: 'API keys' }).waitFor()
  expect(page.url()).toMatch(/#\/settings\?part=keys$/)
  expect(seen.troubles(refused)).toEqual([])
  await context.close()
})

test('who guesses too often reads how long to wait', async () => {
  const strict = await testApp()
  const person = await strict.person()
  const wrong = { email: person.email, password: 'not this one 1' }
  let status = 401
  for (let at = 0; status === 401 && at < 50; at += 1)
    ({ status } = await strict.client().json('/api/auth/login', wrong))
  expect(status).toBe(429)
  const context = await openWindow(browser, strict)
  const page = await context.newPage()
  await page.goto('/app#/login')
  await email(page).fill(wrong.email)
  await password(page).fill(wrong.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText(/Too many tries\. Wait (1 minute|\d+ seconds?), or set a new password\./).waitFor()
  await context.close()
  await strict.close()
})

test('one signs up: the meter helps, the page tells where the mail went, its link confirms the address', async () => {
  const context = await openWindow(browser, app, undefined, { colorScheme: 'dark' })
  const page = await context.newPage()
  const seen = watch(page)
  await page.goto('/app#/register')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByText('This is not an email address yet').waitFor()
  expect(await page.locator('input:focus').getAttribute('type')).toBe('email')
  await email(page).fill('ada@example.org')
  await password(page).fill('short')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('alert').getByText('3 characters more').waitFor()
  expect(await page.locator('input:focus').getAttribute('type')).toBe('password')
  const meter = page.getByRole('meter', { name: 'Strength of the password' })
  const weak = Number(await meter.getAttribute('aria-valuenow'))
  await password(page).fill('a lamp on the wall of the harbour 7')
  await expect.poll(async () => Number(await meter.getAttribute('aria-valuenow'))).toBeGreaterThan(weak)
  expect(await barriers(page)).toEqual([])
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('heading', { name: 'Welcome' }).waitFor()
  await page.getByText('This Mina has no mail server').waitFor()
  expect(await barriers(page)).toEqual([])
  await page.goto(linkIn(await app.mailTo('ada@example.org')))
  await page.getByText('Your address is confirmed.').waitFor()
  expect(await barriers(page)).toEqual([])
  await page.getByRole('link', { name: 'Open the library' }).click()
  await page.getByRole('heading', { name: 'Say something' }).waitFor()
  expect(seen.troubles()).toEqual([])
  await context.close()
})

test('a forgotten password is set anew by the link in the mail, once', async () => {
  const person = await app.person()
  const context = await openWindow(browser, app)
  const page = await context.newPage()
  const seen = watch(page)
  await page.goto('/app#/login')
  await page.getByRole('link', { name: 'Forgot it?' }).click()
  await email(page).fill(person.email)
  await page.getByRole('button', { name: 'Send the link' }).click()
  await page.getByText(`If ${person.email} has an account here`).waitFor()
  await page.getByText('the mail lies in the folder “outbox”').waitFor()
  expect(await barriers(page)).toEqual([])
  await expect.poll(async () => linkIn(await app.mailTo(person.email))).toMatch(/reset/)
  const link = linkIn(await app.mailTo(person.email))
  await page.goto(link)
  await password(page, 'New password').fill('a harbour in the north 7')
  expect(await barriers(page)).toEqual([])
  await page.getByRole('button', { name: 'Set the password' }).click()
  await page.getByText('Your password is set. Sign in with it.').waitFor()
  await email(page).fill(person.email)
  await password(page).fill('a harbour in the north 7')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Say something' }).waitFor()
  await page.goto(link)
  await password(page, 'New password').fill('another harbour in 8')
  await page.getByRole('button', { name: 'Set the password' }).click()
  await page.getByText('This link was used or is older than an hour.').waitFor()
  expect(seen.troubles(refused)).toEqual([])
  await context.close()
})

test('welcome, terms and privacy need no script, have no barriers, and speak the reader’s language', async () => {
  const context = await openWindow(browser, app, undefined, { locale: 'it-IT', javaScriptEnabled: false })
  const page = await context.newPage()
  for (const [path, title] of [
    ['/', 'Dillo una volta'],
    ['/terms', 'Condizioni'],
    ['/privacy', 'Riservatezza'],
  ] as const) {
    await page.goto(path)
    await page.getByRole('heading', { level: 1, name: title }).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('it')
  }
  await page.getByRole('link', { name: 'English' }).click()
  await page.getByRole('heading', { level: 1, name: 'Privacy' }).waitFor()
  await page.getByRole('link', { name: 'Terms' }).click()
  await page.getByRole('heading', { level: 1, name: 'Terms' }).waitFor()
  await context.close()

  for (const colorScheme of ['light', 'dark'] as const) {
    const looking = await openWindow(browser, app, undefined, { colorScheme })
    const it = await looking.newPage()
    const seen = watch(it)
    for (const path of ['/', '/terms', '/privacy', '/?lang=it', '/terms?lang=it', '/privacy?lang=it']) {
      await it.goto(path)
      expect(await barriers(it), `${path} ${colorScheme}`).toEqual([])
    }
    expect(seen.troubles()).toEqual([])
    await looking.close()
  }
})

test('an address that is none shows a browser a page that leads on, and a program its JSON', async () => {
  const context = await openWindow(browser, app, undefined, { locale: 'it-IT' })
  const page = await context.newPage()
  const seen = watch(page)
  const answer = await page.goto('/library')
  expect(answer?.status()).toBe(404)
  await page.getByRole('heading', { name: 'Questa pagina non esiste' }).waitFor()
  await page.getByRole('link', { name: 'English' }).click()
  await page.getByRole('heading', { name: 'There is no such page' }).waitFor()
  expect(await barriers(page)).toEqual([])
  await page.getByRole('link', { name: 'Open the library' }).click()
  await page.getByLabel('Email').waitFor()
  expect(seen.troubles([/status of 404/])).toEqual([])
  await context.close()

  const browsing = { headers: { accept: 'text/html' } }
  for (const [path, options, status] of [
    ['/library', {}, 404],
    ['/api/library', browsing, 401],
    ['/v1/library', browsing, 404],
  ] as const) {
    const json = await fetch(`${app.base}${path}`, options)
    expect([json.status, json.headers.get('content-type')]).toEqual([
      status,
      expect.stringMatching(/^application\/json/),
    ])
  }
})

test('a link of a mail that has had its day leads back to the way in', async () => {
  const context = await openWindow(browser, app)
  const page = await context.newPage()
  await page.goto('/app#/verify?token=had-its-day')
  await page.getByText('sign in: the settings have a new mail for you').waitFor()
  await page.getByRole('link', { name: 'Back to sign in' }).click()
  await page.getByRole('heading', { name: 'Welcome back' }).waitFor()
  await context.close()
})
