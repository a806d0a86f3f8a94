import { deleteConversation, updateConversation } from '@mina/contract'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../app.ts'
import { barriers, countShifts, openBrowser, openWindow, watch } from './browser.ts'
import { select, talk } from './talk.ts'

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

const review: [string, string][] = [
  ['Jonas', 'The nightly run was green four times out of five.'],
  ['Mei-Ling', 'I would like to see it green twice more before I tell the clinic.'],
  ['Jonas', 'Then we sail on Friday; otherwise Monday, and nobody works the weekend.'],
]

test('what was said is put right, marked, taken on, found again and shared', async () => {
  const person = await app.person()
  const id = await talk(person, 'Weekly review', review)
  await talk(person, 'Call with the notary', [['Notary', 'Bring the original, not a copy.']])
  const context = await openWindow(browser, app, person, { permissions: ['clipboard-read', 'clipboard-write'] })
  const page = await context.newPage()
  const seen = watch(page)

  await page.goto('/app#/library')
  await page.getByRole('link', { name: 'Weekly review' }).click()
  await page.getByRole('heading', { name: 'Weekly review' }).waitFor()

  // Edit in place, then take it back and make it again.
  await page.getByText('Then we sail on Friday').dblclick()
  const editor = page.getByRole('textbox', { name: 'Text of the passage at 0:20' })
  await editor.fill('Then we ship on Friday; otherwise Monday, and nobody works the weekend.')
  await editor.press('Enter')
  await page.getByText('Then we ship on Friday').waitFor()
  await page.getByText(/^Saved \d+ s ago$/).waitFor()
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await page.getByText('Then we sail on Friday').waitFor()
  await page.getByRole('button', { name: 'Redo' }).click()
  await page.getByText('Then we ship on Friday').waitFor()

  // Highlight by key, task by the bar.
  await select(page, 'we ship on Friday')
  await page.getByRole('toolbar', { name: 'Selected text' }).waitFor()
  await page.keyboard.press('h')
  await page.getByRole('tabpanel').getByRole('button', { name: 'we ship on Friday', exact: true }).waitFor()
  await page.locator('mark', { hasText: 'we ship on Friday' }).waitFor()
  await select(page, 'see it green twice more')
  await page.getByRole('toolbar', { name: 'Selected text' }).getByRole('button', { name: 'Task' }).click()
  await page.getByRole('checkbox', { name: 'see it green twice more' }).check()
  await page.getByRole('heading', { name: 'Done' }).waitFor()

  // A speaker gets another name everywhere.
  await page.getByRole('button', { name: 'Change the speaker Jonas' }).first().click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Jonas Lindqvist')
  await page.getByRole('button', { name: 'Rename everywhere' }).click()
  await expect.poll(() => page.getByRole('button', { name: 'Change the speaker Jonas Lindqvist' }).count()).toBe(2)
  expect(await barriers(page)).toEqual([])

  // Found by what was said, and opened there.
  await page.goto('/app#/library')
  await page.getByRole('searchbox', { name: 'Search everything said' }).fill('weekend')
  await page.locator('mark', { hasText: 'weekend' }).waitFor()
  expect(await page.getByRole('link', { name: 'Call with the notary' }).count()).toBe(0)
  await page.getByRole('link', { name: 'Weekly review' }).click()
  await page.waitForURL(new RegExp(`/conversation/${id}\\?t=20`))

  // Shared: the link is shown this once, and read by somebody without an account.
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  await page.getByRole('checkbox', { name: 'Readers may comment' }).check()
  await page.getByRole('button', { name: 'Make a link' }).click()
  const link = await page.getByRole('textbox', { name: 'Link' }).inputValue()
  expect(await barriers(page)).toEqual([])

  const other = await openWindow(browser, app, undefined, { locale: 'it-IT' })
  const reader = await other.newPage()
  const read = watch(reader)
  await reader.goto(link)
  await reader.getByRole('heading', { name: 'Weekly review' }).waitFor()
  await reader.locator('mark', { hasText: 'we ship on Friday' }).waitFor()
  await reader.getByRole('textbox', { name: 'Il tuo nome' }).fill('Dr Ferreira')
  await reader.getByRole('textbox', { name: 'Commento' }).fill('Friday is fine.')
  await reader.getByRole('button', { name: 'Invia' }).click()
  await reader.getByText('Friday is fine.').waitFor()
  expect(await barriers(reader)).toEqual([])
  expect(read.troubles()).toEqual([])

  await page.reload()
  await page.getByRole('tab', { name: 'Highlights' }).click()
  await page.getByText('Friday is fine.').waitFor()
  expect(seen.troubles()).toEqual([])
  await other.close()
  await context.close()
})

test('many are tagged and deleted at once, and come back', async () => {
  const person = await app.person()
  for (const title of ['One', 'Two', 'Three']) await talk(person, title, [['A', `${title} was said.`]])
  const context = await openWindow(browser, app, person)
  const page = await context.newPage()
  const seen = watch(page)
  const moved = await countShifts(page)
  await page.goto('/app#/library')
  await page.getByRole('link', { name: 'Three' }).waitFor()
  expect(await moved()).toBeLessThan(0.02)
  expect(await barriers(page)).toEqual([])
  for (const title of ['One', 'Two']) await page.getByRole('checkbox', { name: `Select ${title}` }).check()
  await page.getByRole('button', { name: 'Tag', exact: true }).click()
  await page.getByRole('combobox', { name: 'Tag' }).fill('Home')
  await page.getByRole('button', { name: 'Add the tag' }).click()
  await page
    .getByRole('navigation', { name: 'Main' })
    .getByRole('link', { name: /Home\s*2/ })
    .click()
  await page.getByRole('heading', { name: 'Tagged “Home”' }).waitFor()
  await expect.poll(() => page.locator('.item').count()).toBe(2)
  for (const title of ['One', 'Two']) await page.getByRole('checkbox', { name: `Select ${title}` }).check()
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await page.getByRole('heading', { name: 'Nothing here' }).waitFor()
  await page.locator('#main:focus').waitFor()
  await page.locator('.toast', { hasText: '2 conversations deleted' }).getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('link', { name: 'One' }).waitFor()

  await page.goto('/app#/library')
  await page.getByRole('checkbox', { name: 'Select Two' }).check()
  await page.getByRole('button', { name: 'Clear the selection' }).click()
  await page.locator('.ti:focus', { hasText: 'Two' }).waitFor()
  for (const title of ['Three', 'Two']) await page.getByRole('checkbox', { name: `Select ${title}` }).check()
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await page.locator('.ti:focus', { hasText: 'One' }).waitFor()
  expect(seen.troubles()).toEqual([])
  await context.close()
})

test('the keys walk from row to row, and go on from where one was deleted', async () => {
  const person = await app.person()
  for (const title of ['First', 'Second', 'Third']) await talk(person, title, [['Anna', 'We sail on Friday.']])
  const context = await openWindow(browser, app, person)
  const page = await context.newPage()
  await page.goto('/app#/library')
  await page.getByRole('link', { name: 'First' }).waitFor()
  const here = (title: string) => page.locator('.ti:focus', { hasText: title }).waitFor()
  await page.keyboard.press('ArrowDown')
  await here('Third')
  await page.keyboard.press('Delete')
  await here('Second')
  await page.keyboard.press('ArrowDown')
  await here('First')
  await page.keyboard.press('Delete')
  await here('Second')
  await context.close()
})

test('the library is narrowed by language, keeps that in its address, and tries again what failed', async () => {
  const person = await app.person()
  const id = await talk(person, 'Gespräch am Hafen', [['Anna', 'Wir segeln am Freitag.']])
  await talk(person, 'مقابلة مع الدكتورة ليلى حداد', [['ليلى', 'كان السوق يبدأ قبل الفجر.']])
  await person.call(updateConversation, { params: { id }, body: { language: 'de' } })
  const context = await openWindow(browser, app, person, { colorScheme: 'dark' })
  const page = await context.newPage()
  const seen = watch(page)
  await page.goto('/app#/library')
  await page.getByText('4 words').waitFor()
  await page.getByText('German').waitFor()
  await page.getByRole('button', { name: /^Filter/ }).click()
  expect(await barriers(page)).toEqual([])
  await page.getByLabel('Language', { exact: true }).selectOption('de')
  await expect.poll(() => page.locator('.item').count()).toBe(1)
  await page.keyboard.press('Escape')
  await page.reload()
  await page.getByRole('link', { name: 'Gespräch am Hafen' }).waitFor()
  expect(await page.locator('.item').count()).toBe(1)

  await page.route('**/api/conversations?**', (route) => route.abort())
  await page.getByRole('link', { name: 'Shared', exact: true }).click()
  await page.getByRole('alert').getByRole('button', { name: 'Try again' }).waitFor()
  expect(await barriers(page)).toEqual([])
  await page.unroute('**/api/conversations?**')
  await page.getByRole('alert').getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('heading', { name: 'Nothing here' }).waitFor()
  await page.getByRole('link', { name: 'Show all conversations' }).click()
  await expect.poll(() => page.locator('.item').count()).toBe(2)
  expect(seen.troubles([/ERR_FAILED/])).toEqual([])

  await page.goto('/app#/search?q=Freitag')
  await page.locator('mark', { hasText: 'Freitag' }).waitFor()
  await page.goto('/app#/search?q=hafen')
  await page.locator('h2 mark', { hasText: 'Hafen' }).waitFor()
  await page.getByText('In the title').waitFor()
  expect(await page.locator('mark').count()).toBe(1)
  await page.goto('/app#/library?q=hafen')
  await page.locator('.ti mark', { hasText: 'Hafen' }).waitFor()
  expect(await barriers(page)).toEqual([])
  await context.close()
})

test('an empty library teaches: the sample is opened, heard and printed whole', async () => {
  const person = await app.person()
  const context = await openWindow(browser, app, person)
  const page = await context.newPage()
  const seen = watch(page)
  await page.goto('/app#/library')
  await page.getByRole('heading', { name: 'Say something' }).waitFor()
  expect(await barriers(page)).toEqual([])
  await page.getByRole('button', { name: 'Open', exact: true }).click()
  await page.getByRole('region', { name: 'Player' }).waitFor()
  await page
    .getByRole('button', { name: /^Play from/ })
    .nth(1)
    .click()
  await page.locator('.turn.on').waitFor()
  await page.getByRole('button', { name: 'Pause' }).click()
  expect(await barriers(page)).toEqual([])
  await page.locator('.transcript .mark', { hasText: 'Nothing leaves it' }).waitFor()
  const panel = page.getByRole('tabpanel')
  await page.getByRole('tab', { name: 'Highlights' }).click()
  await panel.getByRole('heading', { name: 'Worth keeping' }).waitFor()
  await page.getByRole('tab', { name: 'Tasks' }).click()
  await panel.getByText('Put everything into a document that you can share').waitFor()
  await page.keyboard.press('Control+f')
  await page.getByRole('textbox', { name: 'Find' }).fill('the')
  await page.getByText(/^1 of \d+$/).waitFor()
  await page.keyboard.press('Escape')
  const { segments } = (await (
    await person.raw(`/api/conversations/${page.url().split('/').at(-1)?.split('?')[0]}`)
  ).json()) as {
    segments: unknown[]
  }
  await page.emulateMedia({ media: 'print' })
  await expect.poll(() => page.locator('.transcript .turn').count()).toBe(segments.length)
  expect(seen.troubles()).toEqual([])
  await context.close()
})

test('what is made and deleted elsewhere is counted on every page', async () => {
  const person = await app.person()
  const context = await openWindow(browser, app, person)
  const page = await context.newPage()
  const streams = page.waitForResponse(/\/api\/events/)
  await page.goto('/app#/settings')
  const count = (wanted: string) =>
    page
      .getByRole('navigation', { name: 'Main' })
      .getByRole('link', { name: new RegExp(`^Library\\s*${wanted}$`) })
      .waitFor()
  await count('0')
  await streams
  const id = await talk(person, 'From another machine', [['A', 'It was said there.']])
  await count('1')
  await person.call(deleteConversation, { params: { id }, query: {} })
  await count('0')
  await context.close()
})
