import { deleteSegment, editSegment } from '@mina/contract'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, type TestPerson, testApp } from '../app.ts'
import { whole } from '../live/conversation.ts'
import { barriers, openBrowser, openWindow, watch } from './browser.ts'
import { talk } from './talk.ts'

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

const tides: [string, string][] = [
  ['Ada', 'The tide comes in at six.'],
  ['Ada', 'We sail with the tide.'],
  ['Ben', 'Then the Tide turns.'],
]

const textsOf = async (person: TestPerson, id: string) => (await whole(person, id)).segments.map((it) => it.text)
const shown = (page: Page) => page.locator('.transcript .tx').allTextContents()
const editor = (page: Page, time: string) => page.getByRole('textbox', { name: `Text of the passage at ${time}` })
/** Where the caret stands, in which text. As text, because Node's types know no document. */
const caret = (page: Page) =>
  page.evaluate<[string, number]>('[document.activeElement.value, document.activeElement.selectionStart]')
const putCaret = (page: Page, at: number) => page.evaluate(`document.activeElement.setSelectionRange(${at}, ${at})`)

async function opened(person: TestPerson, lines = tides) {
  const id = await talk(person, 'Tides', lines)
  const context = await openWindow(browser, app, person)
  const page = await context.newPage()
  const seen = watch(page)
  await page.goto(`/app#/conversation/${id}`)
  await page.getByText(lines[0]?.[1] ?? '').waitFor()
  return { id, context, page, seen }
}

test('a passage is split and joined while it is written, and writing goes on where the caret was', async () => {
  const person = await app.person()
  const { id, context, page, seen } = await opened(person)
  await page.getByText('We sail with the tide.').dblclick()
  await editor(page, '0:10').waitFor()
  await putCaret(page, 'We sail'.length)
  await page.keyboard.press('Control+Enter')
  await expect.poll(() => textsOf(person, id)).toEqual([tides[0]?.[1], 'We sail', 'with the tide.', tides[2]?.[1]])
  await expect.poll(() => caret(page)).toEqual(['with the tide.', 0])

  await page.keyboard.type('out ')
  await page.keyboard.press('Home')
  await page.keyboard.press('Backspace')
  await expect.poll(() => textsOf(person, id)).toEqual([tides[0]?.[1], 'We sail out with the tide.', tides[2]?.[1]])
  await expect.poll(() => caret(page)).toEqual(['We sail out with the tide.', 'We sail '.length])
  await page.keyboard.press('Escape')
  await page.getByText('We sail out with the tide.').waitFor()

  // Each of the steps can be taken back, as fast as the key is pressed, and made again.
  for (let step = 0; step < 3; step += 1) await page.keyboard.press('Control+z')
  await expect.poll(() => shown(page)).toEqual(tides.map(([, text]) => text))
  for (let step = 0; step < 2; step += 1) await page.keyboard.press('Control+Shift+z')
  await expect.poll(() => shown(page)).toEqual([tides[0]?.[1], 'We sail', 'out with the tide.', tides[2]?.[1]])
  await page.keyboard.press('Control+z')
  await page.keyboard.press('Control+z')
  await expect.poll(() => shown(page)).toEqual(tides.map(([, text]) => text))

  // Without writing, by the menu.
  await page.getByRole('button', { name: 'Change the passage at 0:10' }).click()
  await page.getByRole('menuitem', { name: 'Join with the passage before' }).click()
  await expect.poll(() => shown(page)).toEqual(['The tide comes in at six. We sail with the tide.', tides[2]?.[1]])

  // An emptied passage goes when the caret leaves it backwards.
  await page.getByText('Then the Tide turns.').dblclick()
  await editor(page, '0:20').fill('')
  await page.keyboard.press('Backspace')
  await expect.poll(() => textsOf(person, id)).toEqual(['The tide comes in at six. We sail with the tide.'])
  expect(seen.troubles()).toEqual([])
  await context.close()
})

test('the arrow keys go on from passage to passage, and stay at either end', async () => {
  const person = await app.person()
  const { id, context, page, seen } = await opened(person)
  await page.keyboard.press('?')
  const keys = page.getByRole('dialog', { name: 'Keys' })
  await keys.getByText('At the end: go on to the next passage').waitFor()
  await page.keyboard.press('Escape')
  await keys.waitFor({ state: 'detached' })
  await page.getByText('We sail with the tide.').dblclick()
  await editor(page, '0:10').waitFor()
  await putCaret(page, 0)
  await page.keyboard.type('Today ')
  await page.keyboard.press('ArrowUp')
  await editor(page, '0:00').waitFor()
  expect(await caret(page)).toEqual([tides[0]?.[1], tides[0]?.[1]?.length])
  await expect.poll(() => textsOf(person, id)).toContain('Today We sail with the tide.')
  await page.keyboard.press('ArrowRight')
  await editor(page, '0:10').waitFor()
  expect((await caret(page))[1]).toBe(0)
  await page.keyboard.press('ArrowLeft')
  await editor(page, '0:00').waitFor()
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Backspace')
  await page.keyboard.type('Yes. ')
  expect((await caret(page))[0]).toBe('Yes. The tide comes in at six.')
  await page.keyboard.press('ArrowDown')
  await editor(page, '0:10').waitFor()
  await page.keyboard.press('ArrowDown')
  await editor(page, '0:20').waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('End')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.type(' Good.')
  await page.keyboard.press('Enter')
  await expect
    .poll(() => textsOf(person, id))
    .toEqual(['Yes. The tide comes in at six.', 'Today We sail with the tide.', 'Then the Tide turns. Good.'])
  expect(seen.troubles()).toEqual([])
  await context.close()
})

test('one find is replaced, then all, and taken back', async () => {
  const person = await app.person()
  const { id, context, page, seen } = await opened(person)
  await page.keyboard.press('Control+f')
  await page.getByRole('textbox', { name: 'Find' }).fill('tide')
  await page.getByText('1 of 3').waitFor()
  await page.getByRole('textbox', { name: 'Replace with' }).fill('flood tide')
  expect(await barriers(page)).toEqual([])
  await page.getByRole('button', { name: 'Replace', exact: true }).click()
  await page.getByText('The flood tide comes in at six.').waitFor()
  // What was put there holds what is looked for: the next one is looked at.
  await page.getByText('2 of 3').waitFor()
  await page.getByRole('button', { name: 'Match case' }).click()
  await page.getByText('of 2').waitFor()
  await page.getByRole('textbox', { name: 'Replace with' }).fill('stream')
  await page.getByRole('button', { name: 'Replace all' }).click()
  await expect
    .poll(() => textsOf(person, id))
    .toEqual(['The flood stream comes in at six.', 'We sail with the stream.', 'Then the Tide turns.'])
  await page.getByText('Not found').waitFor()
  await page.locator('.toast', { hasText: 'Replaced in 2 passages.' }).getByRole('button', { name: 'Undo' }).click()
  await expect
    .poll(() => shown(page))
    .toEqual(['The flood tide comes in at six.', 'We sail with the tide.', 'Then the Tide turns.'])
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect.poll(() => textsOf(person, id)).toEqual(tides.map(([, text]) => text))
  expect(seen.troubles()).toEqual([])
  await context.close()
})

test('what somebody else changed meanwhile is not written over, and nothing typed is lost', async () => {
  const person = await app.person()
  const { id, context, page, seen } = await opened(person)
  const change = async (at: number, text: string) => {
    const segment = (await whole(person, id)).segments[at]
    await person.call(editSegment, { params: { id, sid: segment?.id ?? '' }, body: { text } })
  }
  // Seen at once where nobody writes.
  await change(2, 'Then the moon turns.')
  await page.getByText('Then the moon turns.').waitFor()

  await page.getByText('We sail with the tide.').dblclick()
  await editor(page, '0:10').fill('We sail at noon.')
  await change(1, 'We sail at seven.')
  await editor(page, '0:10').press('Enter')
  const alert = page.getByRole('alert').filter({ hasText: 'Somebody changed this passage meanwhile' })
  await alert.getByText('We sail at noon.').waitFor()
  await page.locator('.transcript .tx', { hasText: 'We sail at seven.' }).waitFor()
  expect((await textsOf(person, id))[1]).toBe('We sail at seven.')
  expect(await barriers(page)).toEqual([])
  await alert.getByRole('button', { name: 'Use mine' }).click()
  await expect.poll(() => textsOf(person, id)).toContain('We sail at noon.')
  await alert.waitFor({ state: 'detached' })

  // A cut made in a text that is no longer there is not made.
  await page.getByText('The tide comes in at six.').dblclick()
  await editor(page, '0:00').fill('The tide comes in at six or so.')
  await page.route('**/api/events', (route) => route.abort())
  await change(0, 'High water at six.')
  await putCaret(page, 'The tide comes in'.length)
  await page.keyboard.press('Control+Enter')
  await alert.getByText('The tide comes in at six or so.').waitFor()
  expect(await textsOf(person, id)).toEqual(['High water at six.', 'We sail at noon.', 'Then the moon turns.'])
  await alert.getByRole('button', { name: 'Leave it as it is' }).click()
  await alert.waitFor({ state: 'detached' })
  expect(seen.troubles([/status of 409/, /ERR_FAILED/])).toEqual([])
  await context.close()
})

test('what was written in a passage that somebody else deleted stays, and can be put back', async () => {
  const person = await app.person()
  const { id, context, page, seen } = await opened(person)
  const remove = async (at: number) => {
    const segment = (await whole(person, id)).segments[at]
    await person.call(deleteSegment, { params: { id, sid: segment?.id ?? '' } })
  }
  const alert = page.getByRole('alert').filter({ hasText: 'was taken away meanwhile' })
  // The news comes while it is written.
  await page.getByText('We sail with the tide.').dblclick()
  await editor(page, '0:10').fill('We sail at noon.')
  await remove(1)
  await alert.getByText('The passage at 0:10').waitFor()
  await alert.getByText('We sail at noon.').waitFor()
  expect(await barriers(page)).toEqual([])
  await alert.getByRole('button', { name: 'Put it back' }).click()
  await alert.waitFor({ state: 'detached' })
  await expect.poll(() => textsOf(person, id)).toEqual([tides[0]?.[1], 'We sail at noon.', tides[2]?.[1]])
  expect(await shown(page)).toEqual([tides[0]?.[1], 'We sail at noon.', tides[2]?.[1]])

  // The news comes with the answer.
  await page.route('**/api/events', (route) => route.abort())
  await page.getByText('Then the Tide turns.').dblclick()
  await editor(page, '0:20').fill('Then the wind turns.')
  await remove(2)
  await editor(page, '0:20').press('Enter')
  await alert.getByText('Then the wind turns.').waitFor()
  await alert.getByRole('button', { name: 'Throw away' }).click()
  await alert.waitFor({ state: 'detached' })
  expect(await textsOf(person, id)).toEqual([tides[0]?.[1], 'We sail at noon.'])
  expect(seen.troubles([/status of 404/, /ERR_FAILED/])).toEqual([])
  await context.close()
})
