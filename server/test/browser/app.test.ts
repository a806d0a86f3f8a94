import type { Browser } from 'playwright-core'
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

test('the first load of the library is small', async () => {
  const person = await app.person()
  await person.conversation('A talk about tides')
  const context = await openWindow(browser, app, person)
  const page = await context.newPage()
  await page.goto('/app#/library')
  await page.getByRole('link', { name: 'A talk about tides' }).waitFor()
  const sent = await page.evaluate<number>(`performance.getEntriesByType('resource')
    .filter((it) => it.name.endsWith('.js')).reduce((sum, it) => sum + it.encodedBodySize, 0)`)
  expect(sent).toBeGreaterThan(30_000)
  expect(sent).toBeLessThanOrEqual(120_000)
  await context.close()
})

test('without a mouse: keys go to any page, conversation or action, and tell about themselves', async () => {
  const person = await app.person()
  await person.conversation('Weekly review')
  const { id } = await person.conversation('Call with the notary')
  const context = await openWindow(browser, app, person)
  const page = await context.newPage()
  const seen = watch(page)
  await page.goto('/app#/library')
  await page.getByRole('link', { name: 'Weekly review' }).waitFor()

  await page.keyboard.press('?')
  const keys = page.getByRole('dialog', { name: 'Keys' })
  await keys.getByText('Search everything said').waitFor()
  expect(await barriers(page)).toEqual([])
  await page.keyboard.press('Escape')
  await keys.waitFor({ state: 'detached' })

  const ask = page.getByRole('combobox', { name: 'Go to, or do' })
  await page.keyboard.press('Control+k')
  await ask.waitFor()
  await page.keyboard.type('notary')
  await page.getByRole('option', { name: /Call with the notary/ }).waitFor()
  expect(await barriers(page)).toEqual([])
  await page.keyboard.press('Enter')
  await page.waitForURL(new RegExp(`/conversation/${id}`))
  await page.keyboard.press('Control+k')
  await ask.waitFor()
  await page.keyboard.type('settings')
  await page.getByRole('option', { name: 'Settings', selected: true }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Settings' }).waitFor()

  // From row to row, chosen and deleted, and back.
  await page.goto('/app#/library')
  await page.getByRole('link', { name: 'Weekly review' }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('x')
  await page.getByRole('checkbox', { name: 'Select Weekly review', checked: true }).waitFor()
  await page.keyboard.press('Delete')
  await page.getByRole('link', { name: 'Weekly review' }).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Undo' }).press('Enter')
  await page.getByRole('link', { name: 'Weekly review' }).waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('notary')
  await expect.poll(() => page.locator('.item').count()).toBe(1)
  expect(seen.troubles()).toEqual([])
  await context.close()
})

test('it can be installed, and opens without a connection', async () => {
  const person = await app.person()
  await person.conversation('A talk about tides')
  const context = await openWindow(browser, app, person, { serviceWorkers: 'allow' })
  const page = await context.newPage()
  await page.goto('/app#/library')
  await page.getByRole('link', { name: 'A talk about tides' }).waitFor()

  const address = await page.locator('link[rel="manifest"]').getAttribute('href')
  const manifest = (await (await person.raw(address ?? '')).json()) as {
    display: string
    start_url: string
    icons: { src: string; sizes: string; purpose?: string }[]
  }
  expect(manifest).toMatchObject({ display: 'standalone', start_url: '/app' })
  expect(manifest.icons.map((it) => it.purpose ?? it.sizes)).toEqual(['192x192', '512x512', 'maskable'])
  for (const { src, sizes } of manifest.icons) {
    const drawn = await page.evaluate<string>(`new Promise((told) => {
      const it = new Image()
      it.onload = () => told(it.naturalWidth + 'x' + it.naturalHeight)
      it.src = ${JSON.stringify(src)}
    })`)
    expect(drawn).toBe(sizes)
  }

  await page.evaluate('navigator.serviceWorker.ready.then(() => true)')
  await page.reload()
  await page.getByRole('link', { name: 'A talk about tides' }).waitFor()
  await context.setOffline(true)
  await page.reload()
  await page.getByText('You are offline.').waitFor()
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Live' }).click()
  await page.getByRole('button', { name: 'Begin recording' }).waitFor()
  await context.setOffline(false)
  await page
    .getByRole('navigation', { name: 'Main' })
    .getByRole('link', { name: /^Library/ })
    .click()
  await page.getByRole('link', { name: 'A talk about tides' }).waitFor()
  await context.close()
})
