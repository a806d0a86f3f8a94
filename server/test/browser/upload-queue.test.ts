import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { listConversations } from '@mina/contract'
import type { Browser, Page, Route } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { SpeechError } from '../../src/speech/errors.ts'
import { fakeRecogniser } from '../../src/speech/fake.ts'
import { type TestApp, type TestPerson, testApp } from '../app.ts'
import { ffmpeg, soundFolder } from '../sounds.ts'
import { barriers, openBrowser, openWindow, watch } from './browser.ts'

let app: TestApp
let browser: Browser
let site: Server
let sounds: Awaited<ReturnType<typeof soundFolder>>
let talk: string
let long: string
let address: string
/** What the engine does, and the site that links lead to. */
let broken = false
let closed = false

beforeAll(async () => {
  sounds = await soundFolder()
  talk = join(sounds.path, 'talk.wav')
  long = join(sounds.path, 'long.wav')
  await ffmpeg('-f', 'lavfi', '-i', 'sine=440:duration=3', '-ar', '16000', '-ac', '1', talk)
  // More than one piece of an upload.
  await ffmpeg('-f', 'lavfi', '-i', 'sine=330:duration=300', '-ar', '16000', '-ac', '1', long)
  const content = readFileSync(talk)
  site = createServer((_, answer) => {
    if (closed) answer.writeHead(404).end()
    else answer.end(content)
  })
  await new Promise<void>((done) => site.listen(0, '127.0.0.1', done))
  const { port } = site.address() as AddressInfo
  address = `http://127.0.0.1:${port}/talks/On%20tides.wav`
  const engine = fakeRecogniser({
    name: 'local',
    transcripts: () =>
      broken
        ? new SpeechError('local', 'unprocessable_audio', 'There is only noise in it.')
        : { utterances: [{ start_ms: 0, end_ms: 900, text: 'The tide comes in twice a day.', confidence: 0.9 }] },
  })
  app = await testApp({ engines: [engine], env: { RATE_LIMITS: 'off', MEDIA_ALLOW: `127.0.0.1:${port}` } })
  browser = await openBrowser()
})
beforeEach(() => {
  broken = false
  closed = false
})
afterAll(async () => {
  await browser?.close()
  await app?.close()
  site?.close()
  await sounds?.remove()
})

const pieces = '**/api/uploads/tus/**'
const choose = (page: Page, path: string) => page.locator('input[type=file]').setInputFiles(path)
const row = (page: Page, name: string) => page.getByRole('listitem').filter({ hasText: name })
const transcribed = (page: Page, name: string) => row(page, name).getByText('Transcribed').waitFor({ timeout: 30_000 })

async function uploading(person: TestPerson) {
  const context = await openWindow(browser, app, person)
  const page = await context.newPage()
  const seen = watch(page)
  await page.goto('/app#/upload')
  await page.getByRole('button', { name: 'Choose files' }).waitFor()
  return { context, page, seen }
}

/** Lets some pieces of a file arrive, and keeps the next one on the way. */
async function holdAfter(page: Page, count: number) {
  const held = Promise.withResolvers<void>()
  let sent = 0
  await page.route(pieces, (route: Route) => {
    if (route.request().method() !== 'PATCH' || sent++ < count) return route.continue()
    held.resolve()
    return undefined
  })
  return () => held.promise
}

test('an upload is paused and goes on; one that was refused is tried again', async () => {
  const { context, page, seen } = await uploading(await app.person())
  const held = await holdAfter(page, 0)
  await choose(page, talk)
  await held()
  await page.getByText('1 file to be sent').waitFor()
  await row(page, 'talk.wav').getByRole('button', { name: 'Pause' }).click()
  await page.getByText('Paused. What was sent is kept.').waitFor()
  expect(await barriers(page)).toEqual([])
  await page.unroute(pieces)
  await row(page, 'talk.wav').getByRole('button', { name: 'Go on' }).click()
  await transcribed(page, 'talk.wav')

  const body = JSON.stringify({ ok: false, code: 'quota_exceeded', message: 'No room.' })
  await page.route(pieces, (route) => route.fulfill({ status: 403, contentType: 'application/json', body }))
  await choose(page, long)
  await row(page, 'long.wav').getByRole('alert').getByText('quota').waitFor()
  expect(await barriers(page)).toEqual([])
  await page.unroute(pieces)
  await row(page, 'long.wav').getByRole('button', { name: 'Try again' }).click()
  await transcribed(page, 'long.wav')
  expect(seen.troubles([/status of 403/])).toEqual([])
  await context.close()
})

test('after a reload the page says what was interrupted; chosen again, the file goes on where it stopped', async () => {
  const person = await app.person()
  const { context, page } = await uploading(person)
  const held = await holdAfter(page, 1)
  await choose(page, long)
  await held()
  await page.reload()
  await row(page, 'long.wav').getByText('Interrupted. Choose this file again').waitFor()
  expect(await barriers(page)).toEqual([])
  await page.unroute(pieces)
  const next = page.waitForRequest((it) => it.method() === 'PATCH')
  await choose(page, long)
  expect((await next).headers()['upload-offset']).toBe(String(8 * 1024 * 1024))
  await transcribed(page, 'long.wav')
  expect(await page.getByRole('main').getByRole('listitem').count()).toBe(1)
  expect((await person.call(listConversations, { query: {} })).items).toHaveLength(1)
  await page.reload()
  await page.getByRole('button', { name: 'Choose files' }).waitFor()
  expect(await page.getByText('Interrupted').count()).toBe(0)
  await context.close()
})

test('what was interrupted and is not wanted any more is taken off, here and on the server', async () => {
  const person = await app.person()
  const { context, page } = await uploading(person)
  const held = await holdAfter(page, 1)
  await choose(page, long)
  await held()
  await page.reload()
  await page.unroute(pieces)
  const gone = page.waitForResponse((it) => it.request().method() === 'DELETE')
  await row(page, 'long.wav').getByRole('button', { name: 'Cancel' }).click()
  expect((await gone).status()).toBe(204)
  await expect.poll(() => row(page, 'long.wav').count()).toBe(0)
  expect((await person.call(listConversations, { query: {} })).items).toEqual([])
  await context.close()
})

test('a transcription that failed says why, and is tried again from its row', async () => {
  const { context, page, seen } = await uploading(await app.person())
  broken = true
  await choose(page, talk)
  const mine = row(page, 'talk.wav')
  await mine.getByText('There is only noise in it.').waitFor({ timeout: 30_000 })
  await mine.getByText('The sound is safe.').waitFor()
  expect(await barriers(page)).toEqual([])
  broken = false
  await mine.getByRole('button', { name: 'Try again' }).click()
  await transcribed(page, 'talk.wav')
  await mine.getByText('The tide comes in twice a day.').waitFor()
  expect(seen.troubles()).toEqual([])
  await context.close()
})

test('a link stands in the queue like a file, and is fetched again where that failed', async () => {
  const person = await app.person()
  const { context, page, seen } = await uploading(person)
  closed = true
  await page.getByLabel('Address of a recording or video').fill(address)
  await page.getByRole('button', { name: 'Fetch it' }).click()
  const mine = row(page, address)
  await mine.getByText('It was not fetched.').waitFor({ timeout: 30_000 })
  expect(await barriers(page)).toEqual([])
  closed = false
  await mine.getByRole('button', { name: 'Try again' }).click()
  await transcribed(page, address)
  await mine.getByText('The tide comes in twice a day.').waitFor()
  const { items } = await person.call(listConversations, { query: {} })
  expect(items.map((it) => [it.title, it.status])).toEqual([['On tides', 'final']])
  expect(seen.troubles()).toEqual([])
  await context.close()
})

test('whoever signs in next sees nothing of the queue, and nothing is sent into their library', async () => {
  const [ann, ben] = [await app.person(), await app.person()]
  const { context, page } = await uploading(ann)
  const waiting = ['one.wav', 'two.wav', 'three.wav'].map((name) => join(sounds.path, name))
  for (const path of waiting) writeFileSync(path, readFileSync(talk))
  const held = await holdAfter(page, 0)
  await page.locator('input[type=file]').setInputFiles(waiting)
  await held()
  await page.getByRole('button', { name: 'You' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByLabel('Email', { exact: true }).fill(ben.email)
  expect(await page.evaluate<string>('JSON.stringify(localStorage)')).not.toContain('.wav')
  await page.getByLabel('Password', { exact: true }).fill(ben.password)
  await page.unroute(pieces)
  await page.getByLabel('Password', { exact: true }).press('Enter')
  await page.getByRole('heading', { name: 'Say something' }).waitFor()
  await page.goto('/app#/upload')
  await page.getByRole('button', { name: 'Choose files' }).waitFor()
  expect(await page.getByText('.wav').count()).toBe(0)
  await choose(page, talk)
  await transcribed(page, 'talk.wav')
  expect((await ben.call(listConversations, { query: {} })).items.map((it) => it.title)).toEqual(['talk'])
  await context.close()
})

test('a session that ran out under a queue leaves nothing of it to the next who signs in', async () => {
  const [ann, ben] = [await app.person(), await app.person()]
  const { context, page } = await uploading(ann)
  const held = await holdAfter(page, 0)
  await choose(page, talk)
  await held()
  await context.clearCookies()
  await page.evaluate("location.hash = '#/settings?part=sessions'")
  await page.getByLabel('Email', { exact: true }).fill(ben.email)
  await page.getByLabel('Password', { exact: true }).fill(ben.password)
  await page.getByLabel('Password', { exact: true }).press('Enter')
  await page.getByRole('heading', { level: 2, name: 'Sessions' }).waitFor()
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Upload' }).click()
  await page.getByRole('button', { name: 'Choose files' }).waitFor()
  expect(await page.getByText('talk.wav').count()).toBe(0)
  expect(await page.evaluate<string>('JSON.stringify(localStorage)')).not.toContain('.wav')
  await context.close()
})
