import { listHighlights } from '@mina/contract'
import { type Browser, devices } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../app.ts'
import { ended, idOf, send } from '../recordings.ts'
import { barriers, countShifts, openBrowser, openWindow, watch } from './browser.ts'
import { spokenFile } from './recording.ts'
import { select, talk } from './talk.ts'

const sentences = [
  'The harbour opens at six in the morning, and the first boats leave before the sun is up.',
  'We counted the birds on the northern shore, and there were more of them than last year.',
  'The engineers want to repair the old bridge before the winter storms begin.',
  'Nobody knew who had left the door of the library open during the night.',
]
const speech = spokenFile(Array.from({ length: 6 }, () => sentences.join(' ')).join(' '))
let app: TestApp
let browser: Browser

beforeAll(async () => {
  app = await testApp({ env: { RATE_LIMITS: 'off' } })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await app?.close()
  speech.remove()
})

test.each([
  ['a desktop', {}],
  ['a phone', devices['Pixel 7']],
])('text that arrives does not move what is read, on %s', async (_, device) => {
  const person = await app.person()
  const id = await idOf(await send(person, speech.path, 'The harbour.wav'))
  const context = await openWindow(browser, app, person, device)
  const page = await context.newPage()
  const seen = watch(page)
  const shifted = await countShifts(page)
  await page.goto(`/app#/conversation/${id}`)
  await page.getByRole('progressbar').first().waitFor()
  await page.locator('.transcript .tx').first().waitFor({ timeout: 60_000 })
  expect(await barriers(page)).toEqual([])
  await ended(person, id)
  await page.getByRole('progressbar').first().waitFor({ state: 'detached' })
  await page.getByText(/^\d+ words$/).waitFor()
  expect(await shifted()).toBeLessThan(0.02)
  expect(seen.troubles()).toEqual([])
  await context.close()
})

/** The sample as a newcomer opens it: it has sound and text at once. */
async function sampleOpened() {
  const context = await openWindow(browser, app, await app.person())
  const page = await context.newPage()
  await page.goto('/app#/library')
  await page.getByRole('button', { name: 'Open', exact: true }).click()
  return { context, page, player: page.getByRole('region', { name: 'Player' }) }
}

test('the sound is played, and taken back, by hands that write', async () => {
  const { context, page, player } = await sampleOpened()
  await player.waitFor()
  await page.locator('.transcript .tx').last().dblclick()
  const field = page.getByRole('textbox', { name: /^Text of the passage/ })
  await field.press('Control+End')
  const position = async () => Number(await player.getByRole('slider').getAttribute('aria-valuenow'))
  const heard = await position()
  await field.press('F7')
  await field.press('F7')
  await expect.poll(position).toBe(heard - 4)
  await field.press('F9')
  await expect.poll(position).toBe(heard - 2)
  await field.press('F8')
  await player.getByRole('button', { name: 'Pause' }).waitFor()
  await page.keyboard.type(' Word')
  await field.press('F8')
  await player.getByRole('button', { name: 'Play' }).waitFor()
  expect(await field.inputValue()).toMatch(/ Word$/)
  await context.close()
})

test('the speed stays from one recording to the next', async () => {
  const { context, page, player } = await sampleOpened()
  await player.getByRole('button', { name: 'Speed, 1 times' }).click()
  await page.getByRole('menuitemradio', { name: '1.5×' }).click()
  await page.keyboard.press('>')
  await player.getByRole('button', { name: 'Speed, 1.75 times' }).waitFor()
  await page.reload()
  await player.getByRole('button', { name: 'Speed, 1.75 times' }).waitFor()
  await player.getByRole('button', { name: 'Play' }).click()
  await player.getByRole('button', { name: 'Speed, 1.75 times' }).waitFor()
  await context.close()
})

test('finding begins at what is looked at', async () => {
  const person = await app.person()
  const lines = Array.from({ length: 60 }, (_, at): [string, string] => ['Ada', `Wave ${at} rolls in. `.repeat(12)])
  const id = await talk(person, 'Waves', lines)
  const context = await openWindow(browser, app, person)
  const page = await context.newPage()
  await page.goto(`/app#/conversation/${id}`)
  await page.getByText('Wave 0').first().waitFor()
  const find = page.getByRole('textbox', { name: 'Find' })
  await page.mouse.move(600, 450)
  await page.mouse.wheel(0, 6000)
  await expect.poll(() => page.evaluate<number>('scrollY')).toBeGreaterThan(3000)
  const first = await page.evaluate<number>(
    `Number([...document.querySelectorAll('.transcript li')].find((it) => it.getBoundingClientRect().bottom > 100).dataset.index)`,
  )
  await page.keyboard.press('Control+f')
  await find.fill('Wave')
  await page.getByText(`${first * 12 + 1} of 720`).waitFor()
  // Whoever looks for something else looks on from there.
  await find.press('Enter')
  await page.getByText(`${first * 12 + 2} of 720`).waitFor()
  await find.fill('rolls')
  await page.getByText(`${first * 12 + 1} of 720`).waitFor()
  await context.close()
})

test('the same words are highlighted once', async () => {
  const person = await app.person()
  const id = await talk(person, 'Tides', [['Ada', 'The tide comes in at six.']])
  const context = await openWindow(browser, app, person)
  const page = await context.newPage()
  await page.goto(`/app#/conversation/${id}`)
  await page.getByText('The tide comes in').waitFor()
  const highlight = async (answer: string) => {
    await select(page, 'The tide')
    await page.getByRole('toolbar', { name: 'Selected text' }).getByRole('button', { name: 'Highlight' }).click()
    await page.getByText(answer, { exact: true }).waitFor()
  }
  await highlight('Highlighted.')
  await highlight('This is highlighted already.')
  expect((await person.call(listHighlights, { params: { id } })).items).toHaveLength(1)
  await context.close()
})

test('Esc leaves the task that is written, and not the sheet around it', async () => {
  const person = await app.person()
  const id = await talk(person, 'Tides', [['Ada', 'The tide comes in at six.']])
  const context = await openWindow(browser, app, person, { viewport: { width: 720, height: 700 } })
  const page = await context.newPage()
  await page.goto(`/app#/conversation/${id}?panel=tasks`)
  await page.getByRole('button', { name: 'Highlights, tasks and more' }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByRole('button', { name: 'Add a task' }).click()
  await sheet.getByRole('textbox', { name: 'Task' }).fill('Ask')
  await page.keyboard.press('Escape')
  await sheet.getByRole('button', { name: 'Add a task' }).waitFor()
  await page.keyboard.press('Escape')
  await sheet.waitFor({ state: 'detached' })
  await context.close()
})

test('what is looked for can be read on a phone', async () => {
  const person = await app.person()
  const id = await talk(person, 'Tides', [['Ada', 'The tide comes in at six.']])
  const context = await openWindow(browser, app, person, devices['Pixel 7'])
  const page = await context.newPage()
  await page.goto(`/app#/conversation/${id}`)
  await page.getByText('The tide comes in').waitFor()
  await page.keyboard.press('Control+f')
  const field = page.getByRole('textbox', { name: 'Find' })
  await field.fill('tide')
  await page.getByText('1 of 1').waitFor()
  expect((await field.boundingBox())?.width).toBeGreaterThan(250)
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  await context.close()
})
