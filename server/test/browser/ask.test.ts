import type { Browser, BrowserContextOptions } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, type TestPerson, testApp } from '../app.ts'
import { type LlmDouble, startLlmDouble } from '../doubles/llm/server.ts'
import { spokenConversation } from '../meeting.ts'
import { barriers, openBrowser, openWindow, watch } from './browser.ts'

let app: TestApp
let withModel: TestApp
let llm: LlmDouble
let browser: Browser

beforeAll(async () => {
  llm = await startLlmDouble()
  app = await testApp({ env: { RATE_LIMITS: 'off' } })
  withModel = await testApp({ env: { RATE_LIMITS: 'off', LLM_BASE_URL: llm.baseUrl, LLM_MODEL: 'small' } })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await withModel?.close()
  await app?.close()
  await llm?.close()
})

const tides = [
  { text: 'The tides follow the moon.' },
  { speaker: 'Ines', text: 'The harbour has no budget for lamps.' },
]

async function library(person: TestPerson) {
  await spokenConversation(person)
  return await spokenConversation(person, tides, 'Talk at the harbour')
}

async function openPage(on: TestApp, person: TestPerson, more: BrowserContextOptions = {}) {
  const context = await openWindow(browser, on, person, more)
  const page = await context.newPage()
  return { context, page, seen: watch(page) }
}

test('from the search a question goes to the whole library, and its passages open at their second', async () => {
  const person = await app.person()
  const harbour = await library(person)
  const { context, page, seen } = await openPage(app, person)
  await page.goto('/app#/library')
  await page.getByRole('searchbox', { name: 'Search everything said' }).fill('harbour')
  await page.getByRole('link', { name: 'Ask your library' }).click()
  await page.waitForURL(/#\/ask\?q=harbour/)
  await page.getByText('No language model is set up here').waitFor()
  await page.getByRole('link', { name: /The harbour has no budget for lamps/ }).waitFor()
  expect(await barriers(page)).toEqual([])

  const box = page.getByRole('textbox', { name: 'Ask everything said' })
  await box.fill('How much was the marketing budget cut?')
  await box.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'How much was the marketing budget cut?' }).waitFor()
  await page.getByRole('heading', { name: 'Budget meeting' }).waitFor()
  await page
    .locator('mark', { hasText: /marketing/i })
    .first()
    .waitFor()
  await page.getByRole('link', { name: /The harbour has no budget for lamps/ }).click()
  await page.waitForURL(new RegExp(`/conversation/${harbour.id}\\?t=20`))
  await page.goBack()
  await page.getByRole('heading', { level: 1, name: 'How much was the marketing budget cut?' }).waitFor()
  expect(seen.troubles()).toEqual([])
  await context.close()
})

test('without a mouse, on a phone, in the dark: the palette asks, an answer that fails is tried again', async () => {
  const person = await app.person()
  await library(person)
  const look = { colorScheme: 'dark', viewport: { width: 390, height: 844 } } as const
  const { context, page, seen } = await openPage(app, person, look)
  await page.goto('/app#/library')
  await page.getByRole('link', { name: 'Talk at the harbour' }).waitFor()
  await page.route('**/api/ask', (route) => route.abort())
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Go to, or do' }).waitFor()
  await page.keyboard.type('who pays the lamps')
  await page.getByRole('option', { name: 'Ask your library: “who pays the lamps”' }).waitFor()
  await page.keyboard.press('ArrowUp')
  await page.getByRole('option', { name: /Ask your library/, selected: true }).waitFor()
  await page.keyboard.press('Enter')
  const again = page.getByRole('alert').getByRole('button', { name: 'Try again' })
  await again.waitFor()
  expect(await barriers(page)).toEqual([])
  await page.unroute('**/api/ask')
  await again.press('Enter')
  await page.getByRole('link', { name: /The harbour has no budget for lamps/ }).waitFor()
  expect(await barriers(page)).toEqual([])
  const wide = await page.evaluate<number>('document.documentElement.scrollWidth')
  expect(wide).toBeLessThanOrEqual(390)

  const box = page.getByRole('textbox', { name: 'Ask everything said' })
  await box.fill('zeppelins?')
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await page.getByRole('heading', { name: 'Nothing that was said answers this.' }).waitFor()
  await page.getByRole('link', { name: 'Search for the words' }).click()
  await page.waitForURL(/#\/search\?q=zeppelins/)
  await page.getByRole('link', { name: 'Ask', exact: true }).click()
  await page.waitForURL(/#\/ask\?q=zeppelins/)
  expect(seen.troubles([/ERR_FAILED/])).toEqual([])
  await context.close()
})

test('with a model the answer is written, each sentence names where it was said', async () => {
  const person = await withModel.person()
  const harbour = await spokenConversation(person, tides, 'Talk at the harbour')
  const { context, page, seen } = await openPage(withModel, person)
  llm.answerWith(({ user }) => ({
    json: {
      found: true,
      sentences: [
        { text: 'The harbour has no budget for lamps.', passages: [user.indexOf('lamps') < 0 ? 2 : 1] },
        { text: 'The lamps cost 95,000 dollars.', passages: [1] },
      ],
    },
  }))
  await page.goto('/app#/ask')
  await page.getByRole('heading', { name: 'Ask your library' }).waitFor()
  expect(await barriers(page)).toEqual([])
  await page.getByRole('textbox', { name: 'Ask everything said' }).fill('What about the budget for lamps?')
  await page.keyboard.press('Enter')
  const answer = page.getByRole('region', { name: 'Answer' })
  await answer.getByText('The lamps cost 95,000 dollars.').waitFor()
  await answer.getByText('The passages do not bear this out').waitFor()
  expect(await barriers(page)).toEqual([])
  await answer.getByRole('link', { name: 'Talk at the harbour 0:20' }).first().click()
  await page.waitForURL(new RegExp(`/conversation/${harbour.id}\\?t=20`))
  expect(seen.troubles()).toEqual([])
  await context.close()
})

test('which settings bring a language model is told to administrators; others are told whom to ask', async () => {
  const italian = [
    { speaker: 'Anna', text: 'Domani mattina mandiamo il preventivo al cliente e poi aspettiamo la risposta.' },
    { speaker: 'Ugo', text: 'Abbiamo deciso di rimandare la festa perché piove.' },
  ]
  const member = await app.person()
  for (const person of [member, await app.administrator()]) {
    const { id } = await spokenConversation(person, italian, 'Riunione')
    const { context, page } = await openPage(app, person)
    const panel = page.getByRole('tabpanel')
    const hint = panel.getByText(person === member ? /administrator of this Mina can/ : /LLM_BASE_URL/)
    await page.goto(`/app#/conversation/${id}?panel=ask`)
    await panel.getByRole('textbox', { name: 'Ask about this conversation' }).fill('festa')
    await panel.getByRole('button', { name: 'Ask', exact: true }).click()
    await hint.waitFor()
    await page.getByRole('tab', { name: 'Translation' }).click()
    await panel.getByRole('button', { name: 'Translate' }).click()
    await hint.waitFor()
    await page.getByRole('tab', { name: 'Insights' }).click()
    await panel.getByRole('button', { name: 'Sum it up' }).click()
    await hint.waitFor()
    if (person === member) expect(await page.getByText('LLM_BASE_URL').count()).toBe(0)
    await context.close()
  }
})

test('an empty library says what to do first', async () => {
  const { context, page } = await openPage(app, await app.person())
  await page.goto('/app#/ask')
  await page.getByText('There is nothing to ask yet.').waitFor()
  await page.getByRole('main').getByRole('link', { name: 'Upload' }).click()
  await page.waitForURL(/#\/upload/)
  await context.close()
})
