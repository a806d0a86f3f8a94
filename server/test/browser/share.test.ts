import { addHighlight, createShare, listConversationComments, revokeShare } from '@mina/contract'
import { type Browser, devices, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../app.ts'
import { finished } from '../live/conversation.ts'
import { ended, idOf, send } from '../recordings.ts'
import { barriers, countShifts, openBrowser, openWindow, watch } from './browser.ts'
import { begin, heard, onlyOne, spokenFile, stop } from './recording.ts'
import { talk } from './talk.ts'

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

const path = (url: string) => new URL(url).pathname + new URL(url).hash
const read = (page: Page) => page.locator('.share-top, .share-head, .turn, .share-foot').allTextContents()

test('the page says and looks the same with its script and without it, in the reader’s language', async () => {
  const person = await app.person()
  const lines = Array.from({ length: 30 }, (_, at): [string, string] => [
    at % 3 ? 'Dr. Chiara Rossi' : 'Ben',
    `Sentence ${at} of a talk that is long enough to fill more than one line of the page that it is read on.`,
  ])
  const id = await talk(person, 'Il bilancio di <primavera>', lines)
  const mark = { text: 'a talk that is long enough', start_ms: 20_000, end_ms: 29_000 }
  await person.call(addHighlight, { params: { id }, body: { ...mark, colour: 'green' } })
  const { url } = await person.call(createShare, { params: { id }, body: { can_comment: true } })
  for (const locale of ['en-GB', 'it-IT']) {
    const more = { locale, timezoneId: 'UTC' }
    const plainWindow = await openWindow(browser, app, undefined, { ...more, javaScriptEnabled: false })
    const plain = await plainWindow.newPage()
    await plain.goto(path(url))
    const context = await openWindow(browser, app, undefined, more)
    const page = await context.newPage()
    const shifted = await countShifts(page)
    await page.goto(path(url))
    await page.getByRole('heading', { name: /Comments|Commenti/ }).waitFor()
    expect(await read(page)).toEqual(await read(plain))
    expect(await shifted()).toBeLessThan(0.02)
    // The same colours, the same places.
    const [before, after] = [await plain.screenshot(), await page.screenshot()]
    expect(before.equals(after)).toBe(true)
    expect(await page.locator('mark.green').textContent()).toBe('a talk that is long enough')
    expect(await page.locator('html').getAttribute('lang')).toBe(locale.slice(0, 2))
    expect(await barriers(page)).toEqual([])
    await plainWindow.close()
    await context.close()
  }
})

test('a reader without an account listens, comments, and is told when the link is taken back', async () => {
  const person = await app.person()
  const id = await idOf(await send(person, voice.path, 'The garden.wav'))
  await ended(person, id)
  const { url, id: sid } = await person.call(createShare, {
    params: { id },
    body: { can_listen: true, can_comment: true },
  })
  const context = await openWindow(browser, app, undefined, { ...devices['Pixel 7'] })
  const page = await context.newPage()
  const seen = watch(page)
  await page.goto(path(url))
  const player = page.getByRole('region', { name: 'Player' })
  await player.waitFor()
  const turn = page.getByRole('button', { name: 'Play from' }).first()
  await turn.click()
  await page.locator('.turn.on').waitFor()
  await player.getByRole('button', { name: 'Pause' }).click()
  await player.getByRole('button', { name: 'Speed, 1 times' }).click()
  await page.getByRole('menuitemradio', { name: '1.5×' }).click()
  await player.getByRole('button', { name: 'Speed, 1.5 times' }).waitFor()
  expect(await barriers(page)).toEqual([])
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)

  await page.getByRole('textbox', { name: 'Your name' }).fill('Ben')
  await page.getByRole('textbox', { name: 'Comment' }).fill('Which garden?')
  await page.getByRole('checkbox', { name: /^About 0:/ }).check()
  await page.getByRole('button', { name: 'Send' }).click()
  await page.getByText('Thank you.').waitFor()
  const { items } = await person.call(listConversationComments, { params: { id } })
  expect(items).toMatchObject([{ name: 'Ben', text: 'Which garden?', at_ms: expect.any(Number) }])
  // Their name and their speed are kept for the next time.
  await page.reload()
  await player.getByRole('button', { name: 'Speed, 1.5 times' }).waitFor()
  expect(await page.getByRole('textbox', { name: 'Your name' }).inputValue()).toBe('Ben')
  expect(seen.troubles()).toEqual([])

  await person.call(revokeShare, { params: { id, sid } })
  await page.reload()
  await page.getByRole('heading', { name: 'This link is not open' }).waitFor()
  await page.getByText('It has expired or was taken back.').waitFor()
  expect(await barriers(page)).toEqual([])
  await context.close()
})

test('on a phone a link is made and taken back by thumb', async () => {
  const person = await app.person()
  const id = await talk(person, 'Talk of the harbour, the tides and the moon', [['Ben', 'The tide comes in.']])
  const context = await openWindow(browser, app, person, { ...devices['Pixel 7'], locale: 'it-IT' })
  const page = await context.newPage()
  await page.goto(`/app#/conversation/${id}`)
  await page.getByText('The tide comes in.').waitFor()
  await page.getByRole('button', { name: /^Altro/ }).click()
  const share = page.getByRole('menuitem', { name: 'Condividi' })
  expect((await share.boundingBox())?.height).toBeGreaterThanOrEqual(44)
  await share.click()
  const dialogue = page.getByRole('dialog')
  await dialogue.getByRole('button', { name: 'Crea un link' }).click()
  const back = dialogue.getByRole('button', { name: 'Ritira' })
  await back.waitFor()
  // Nothing in it reaches beyond its edge.
  expect(
    await dialogue.evaluate((it: { scrollWidth: number; clientWidth: number }) => it.scrollWidth - it.clientWidth),
  ).toBe(0)
  await back.click()
  await back.waitFor({ state: 'detached' })
  await context.close()
})

test('a live conversation is followed through its link, then heard', async () => {
  const person = await app.person()
  const context = await openWindow(browser, app, person, { permissions: ['microphone'] })
  const page = await context.newPage()
  await begin(page)
  const id = await onlyOne(person)
  const { url } = await person.call(createShare, { params: { id }, body: { can_listen: true } })

  const other = await openWindow(browser, app, undefined)
  const reader = await other.newPage()
  const seen = watch(reader)
  const shifted = await countShifts(reader)
  await reader.goto(path(url))
  await reader.getByText('Being recorded now').waitFor()
  await reader.locator('.turn .tx').filter({ hasText: heard }).first().waitFor({ timeout: 60_000 })
  expect(await shifted()).toBeLessThan(0.02)
  expect(await barriers(reader)).toEqual([])
  await stop(page)
  await reader.getByText('Being recorded now').waitFor({ state: 'detached', timeout: 60_000 })
  await finished(person, id)
  // The sound comes to the page as soon as it is made.
  await reader.getByRole('region', { name: 'Player' }).waitFor()
  await reader.getByRole('button', { name: 'Play from' }).first().click()
  await reader.locator('.turn.on').waitFor()
  expect(await shifted()).toBeLessThan(0.02)
  expect(seen.troubles()).toEqual([])
  await other.close()
  await context.close()
})
