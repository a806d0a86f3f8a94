import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listConversations } from '@mina/contract'
import type { Page } from 'playwright-core'
import type { TestPerson } from '../app.ts'
import { until } from '../live/conversation.ts'

/** A file in which somebody speaks, for the fake microphone or to be uploaded. */
export function spokenFile(text = 'The lazy dog sleeps in the garden. We meet again on Monday morning.'): {
  path: string
  remove: () => void
} {
  const folder = mkdtempSync(join(tmpdir(), 'mina-voice-'))
  const path = join(folder, 'said.wav')
  execFileSync('espeak-ng', ['-v', 'en-us', '-s', '145', '-w', path, text])
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Some of what is said there. */
export const heard = /dog|monday|morning/i

export const begin = async (page: Page) => {
  await page.goto('/app#/live')
  await page.getByRole('button', { name: 'Begin recording' }).click()
  await page.getByRole('timer').waitFor()
}
export const words = (page: Page) => page.getByRole('log', { name: 'What is said' })
export const stop = (page: Page) => page.getByRole('button', { name: 'Stop' }).click()

/** The conversation that the page opens when the recording has arrived. */
export async function idOf(page: Page) {
  await page.waitForURL(/#\/conversation\//, { timeout: 60_000 })
  return /conversation\/([\w-]+)/.exec(page.url())?.[1] ?? ''
}

/** What the timer shows, in seconds. */
export const recorded = async (page: Page) =>
  ((await page.getByRole('timer').textContent()) ?? '').split(':').reduce((sum, it) => sum * 60 + Number(it), 0)

export const listed = async (person: TestPerson) => (await person.call(listConversations, { query: {} })).items

/** The only conversation, once the server knows of it. */
export const onlyOne = async (person: TestPerson) =>
  (await until(async () => (await listed(person))[0], 'the recording stands in the library')).id
