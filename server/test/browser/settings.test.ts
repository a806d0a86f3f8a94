import { invite, login, me, updateUser } from '@mina/contract'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { entryNamed } from '../../src/speech/engines/local/models/registry.ts'
import { fakeRecogniser } from '../../src/speech/fake.ts'
import { type TestApp, type TestPerson, testApp } from '../app.ts'
import { modelMirror } from '../doubles/models/mirror.ts'
import { barriers, openBrowser, openWindow, watch } from './browser.ts'

let app: TestApp
let browser: Browser
let administrator: TestPerson
let mirror: Awaited<ReturnType<typeof modelMirror>>

beforeAll(async () => {
  mirror = await modelMirror(entryNamed('whisper-tiny')!)
  app = await testApp({
    engines: [fakeRecogniser({ name: 'local' })],
    env: { RATE_LIMITS: 'off', MINA_MODEL_MIRROR: mirror.url },
  })
  administrator = await app.administrator()
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await app?.close()
  await mirror?.close()
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
  ['models', 'Models'],
  ['data', 'Keeping'],
] as const

test.each(['light', 'dark'] as const)(
  'each part of the settings and of the admin opens, %s, without barriers and errors',
  async (colorScheme) => {
    const context = await openWindow(browser, app, administrator, { colorScheme })
    const page = await context.newPage()
    const seen = watch(page)
    for (const [part, title] of settings) {
      await page.goto(`/app#/settings?part=${part}`)
      await page.getByRole('heading', { level: 2, name: title, exact: true }).waitFor()
      await page.locator('.skeleton').first().waitFor({ state: 'detached' })
      expect(await barriers(page), part).toEqual([])
      await expect.poll(() => page.getByRole('alert').filter({ hasText: /\w/ }).count(), { message: part }).toBe(0)
    }
    for (const part of ['users', 'queue', 'health', 'audit']) {
      await page.goto(`/app#/admin?part=${part}`)
      await page.getByRole('tabpanel').waitFor()
      await page.locator('.skeleton').first().waitFor({ state: 'detached' })
      expect(await barriers(page), part).toEqual([])
    }
    expect(seen.troubles()).toEqual([])
    await context.close()
  },
)

test('a model is installed with progress, and removed; who runs nothing here sees no models', async () => {
  const context = await openWindow(browser, app, administrator)
  const page = await context.newPage()
  const seen = watch(page)
  const goOn = mirror.pause()
  await page.goto('/app#/settings?part=models')
  await page.getByRole('button', { name: 'Install Whisper tiny' }).click()
  await page.getByRole('progressbar', { name: 'Installing Whisper tiny' }).waitFor()
  expect(await barriers(page)).toEqual([])
  goOn()
  await page.getByText(/On this machine [\d,]+ times as fast as speech/).waitFor()
  await page.getByRole('button', { name: 'Remove Whisper tiny' }).click()
  await page.getByRole('button', { name: 'Install Whisper tiny' }).waitFor()
  expect(seen.troubles()).toEqual([])
  await context.close()

  const theirs = await openWindow(browser, app, await app.person())
  const other = await theirs.newPage()
  await other.goto('/app#/settings?part=models')
  await other.getByRole('heading', { level: 2, name: 'Profile' }).waitFor()
  expect(await other.getByRole('link', { name: 'Models' }).count()).toBe(0)
  await theirs.close()
})

test('another session is ended, everything is downloaded, and the account is deleted for good', async () => {
  const person = await app.person()
  await person.conversation('The last talk')
  const again = app.client()
  await again.call(login, { body: { email: person.email, password: person.password } })
  const context = await openWindow(browser, app, person)
  const page = await context.newPage()
  const seen = watch(page)
  await page.goto('/app#/settings?part=sessions')
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await page.getByText('Signed out there.').waitFor()
  await expect(again.call(me)).rejects.toMatchObject({ code: 'unauthorized' })

  await page.goto('/app#/settings?part=data')
  const arriving = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download everything' }).click()
  expect((await arriving).suggestedFilename()).toMatch(/\.zip$/)
  await page.getByRole('button', { name: 'Delete my account' }).click()
  const sure = page.getByRole('dialog')
  await sure.getByLabel('Your password', { exact: true }).fill(person.password)
  expect(await barriers(page)).toEqual([])
  await sure.getByRole('button', { name: 'Delete my account' }).click()
  await page.getByRole('heading', { name: 'Say it once.' }).waitFor()
  const { email, password } = person
  await expect(app.client().call(login, { body: { email, password } })).rejects.toMatchObject({ code: 'unauthorized' })
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

test('a form that opens takes the focus, and closes again without a trace', async () => {
  const context = await openWindow(browser, app, await app.person())
  const page = await context.newPage()
  for (const [part, opener, field] of [
    ['keys', 'New key', 'What is it for?'],
    ['webhooks', 'New webhook', 'Address'],
  ] as const) {
    await page.goto(`/app#/settings?part=${part}`)
    await page.getByRole('button', { name: opener }).click()
    await page.getByLabel(field).and(page.locator(':focus')).waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: opener }).waitFor()
    expect(await page.getByLabel(field).count()).toBe(0)
  }
  await context.close()
})

test('on a phone, the settings lead to what the rail holds elsewhere: the admin pages and the way out', async () => {
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true }
  const person = await app.person()
  await administrator.call(updateUser, { params: { id: person.user.id }, body: { role: 'admin' } })
  // Another role ends the sessions there were.
  await person.call(login, { body: { email: person.email, password: person.password } })
  const context = await openWindow(browser, app, person, phone)
  const page = await context.newPage()
  await page.goto('/app#/settings')
  await page.getByRole('combobox', { name: 'Part of the settings' }).selectOption({ label: 'Your data' })
  await page.getByRole('heading', { level: 2, name: 'Take everything with you' }).waitFor()
  await page.waitForURL(/part=data/)
  await page.getByRole('link', { name: 'Admin' }).click()
  await page.getByRole('heading', { name: 'Admin' }).waitFor()
  await page.getByRole('tab', { name: 'Audit' }).click()
  await page.locator('.audit').getByText(person.email).first().waitFor()
  expect(await barriers(page)).toEqual([])
  expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
  await page.getByRole('link', { name: 'You' }).click()
  expect(await barriers(page)).toEqual([])
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Welcome back' }).waitFor()
  await page.goto('/app#/library')
  await page.getByRole('heading', { name: 'Welcome back' }).waitFor()
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
  await page.getByRole('button', { name: 'Done' }).click()
  const open = page.getByRole('region', { name: 'Invited, not here yet' })
  await open.getByText('guest@example.org').waitFor()
  expect(await barriers(page)).toEqual([])
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
  await page.reload()
  await page.getByText('guest@example.org', { exact: true }).waitFor()
  expect(await open.count()).toBe(0)
  await context.close()
})

test('an invitation is taken back, its link opens nothing, and the audit says who did it', async () => {
  const { url } = await administrator.call(invite, { body: { email: 'unwanted@example.org' } })
  const context = await openWindow(browser, app, administrator)
  const page = await context.newPage()
  const seen = watch(page)
  await page.goto('/app#/admin')
  await page.getByRole('button', { name: 'Take back the invitation of unwanted@example.org' }).click()
  await page.getByText('The invitation of unwanted@example.org opens nothing any more.').waitFor()
  await page.getByRole('region', { name: 'Invited, not here yet' }).waitFor({ state: 'detached' })
  await page.goto('/app#/admin?part=audit')
  await page
    .getByRole('row', { name: new RegExp(`${administrator.email} Invitation taken back`) })
    .first()
    .waitFor()
  expect(await barriers(page)).toEqual([])
  expect(seen.troubles()).toEqual([])
  await context.close()

  const theirs = await openWindow(browser, app)
  const guest = await theirs.newPage()
  await guest.goto(url)
  await guest.getByLabel('Email', { exact: true }).fill('unwanted@example.org')
  await guest.getByLabel('Password', { exact: true }).fill('correct horse 7')
  await guest.getByRole('button', { name: 'Create account' }).click()
  await guest.getByText('New accounts need an invitation here.').waitFor()
  await theirs.close()
})

test('the days of the library are those of the time zone that is chosen', async () => {
  const person = await app.person()
  await person.conversation('A talk about tides')
  const context = await openWindow(browser, app, person)
  const page = await context.newPage()
  // A day apart at every hour.
  for (const timeZone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
    await page.goto('/app#/settings')
    await page.getByLabel('Time zone').selectOption(timeZone)
    await page.getByText('Saved.', { exact: true }).waitFor()
    await page.goto('/app#/library')
    const day = page.getByRole('heading', { level: 2, name: /^Today/ })
    const [today = ''] = new Intl.DateTimeFormat('en-GB', { timeZone, day: 'numeric', month: 'long' })
      .format()
      .split(',')
    await day.getByText(today).waitFor()
  }
  await context.close()
})
