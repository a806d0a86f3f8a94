import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import {
  addHighlight,
  addTask,
  createConversation,
  finalizeConversation,
  getConversation,
  listConversations,
  putSegment,
  register,
  type Segment,
  updateConversation,
} from '@mina/contract'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { openDatabase } from '../server/src/platform/database/connect.ts'
import { silentLog } from '../server/src/platform/log.ts'
import { type Client, client } from '../server/test/app.ts'
import { type Seed, seeds } from './screenshots-seed.ts'
import { sayAll } from './screenshots-sound.ts'

/**
 * Pictures of each page in light, dark and phone width, from a server of its own with a plausible week in it:
 * `node scripts/screenshots.ts [folder] [page …]`. Without a folder, the few that the repository keeps are made anew.
 */
const root = join(import.meta.dirname, '..')
const [given, ...only] = process.argv.slice(2)
const folder = given ?? join(root, 'docs/screenshots')
const kept = new Set(['library-light', 'conversation-light', 'conversation-dark', 'live-light', 'live-phone'])

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}

async function startServer(dataDir: string) {
  const port = await freePort()
  const env = { PATH: process.env.PATH, HOME: dataDir, MINA_DATA_DIR: dataDir, PORT: String(port) }
  const child = spawn(process.execPath, ['--no-warnings', join(root, 'server/src/main.ts')], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  const invitation = await new Promise<string>((ready, failed) => {
    child.once('exit', (code) => failed(new Error(`The server ended with ${code}.\n${said}`)))
    child.stdout.on('data', (part) => {
      said += part
      const found = /invitation=([\w-]+)/.exec(said)?.[1]
      if (found) ready(found)
    })
  })
  const stop = async () => {
    const ended = once(child, 'exit')
    child.kill()
    await ended
  }
  return { base: `http://127.0.0.1:${port}`, invitation, stop }
}

/** Lines at their times; a conversation of many minutes is told by a few of its lines. */
async function write(person: Client, id: string, { said, minutes = 1 }: Seed) {
  const each = (minutes * 60_000) / said.length
  for (const [idx, [speaker, text]] of said.entries()) {
    const segment = { idx, start_ms: Math.round(idx * each), end_ms: Math.round((idx + 1) * each - 900), text, speaker }
    await person.call(putSegment, { params: { id }, body: { ...segment, is_final: true } })
  }
  await person.call(finalizeConversation, { params: { id } })
}

/** A recording that can be played. The engine's words for synthetic voices give way to what was really said. */
async function record(person: Client, dataDir: string, { title, said }: Seed) {
  const { wav, times } = await sayAll(said)
  const form = new FormData()
  form.set('title', title)
  form.set('file', new Blob([wav]), 'pilot.wav')
  const { id } = (await (await person.raw('/api/uploads', { method: 'POST', body: form })).json()) as { id: string }
  const stateOf = async () => (await person.call(listConversations, { query: {} })).items.find((it) => it.id === id)
  while ((await stateOf())?.status !== 'final') await pause(500)
  const { pool, close } = await openDatabase({ dataDir, log: silentLog, poolSize: 1 })
  await pool.query('delete from segments where conversation_id = $1', [id])
  for (const [idx, [speaker, text]] of said.entries())
    await pool.query(
      `insert into segments (conversation_id, transcript_id, user_id, idx, start_ms, end_ms, text, is_final, speaker, word_count)
       select id, transcript_id, user_id, $2, $3, $4, $5, true, $6, $7 from conversations where id = $1`,
      [id, idx, times[idx]?.start_ms, times[idx]?.end_ms, text, speaker, text.split(' ').length],
    )
  await close()
  return id
}

async function plant(person: Client, dataDir: string, seed: Seed) {
  const { title, tags, tasks = [], highlights = [] } = seed
  const heard = seed.minutes === undefined
  const id = heard
    ? await record(person, dataDir, seed)
    : (await person.call(createConversation, { body: { title } })).id
  if (!heard) await write(person, id, seed)
  const { segments } = (await person.call(getConversation, { params: { id }, query: {} })) as { segments: Segment[] }
  for (const it of highlights) {
    const { text, start_ms, end_ms } = segments[it]!
    await person.call(addHighlight, { params: { id }, body: { text, start_ms, end_ms } })
  }
  for (const task of tasks) await person.call(addTask, { params: { id }, body: task })
  await person.call(updateConversation, { params: { id }, body: { tags } })
  return id
}

/** Of a long talk only a few lines are told; the list counts the words of all of it. */
const agoAndWords = (it: Seed | undefined) => [it?.hours ?? 0, it?.minutes ? Math.round(it.minutes * 131) : null]

/** No call can say that a conversation was yesterday; a week of them is told to the database. */
async function spread(dataDir: string, ids: string[]) {
  const { pool, close } = await openDatabase({ dataDir, log: silentLog, poolSize: 1 })
  const earlier = `update conversations set created_at = now() - $2 * interval '1 hour',
    word_count = coalesce($3, word_count) where id = $1`
  for (const [at, id] of ids.entries()) await pool.query(earlier, [id, ...agoAndWords(seeds[at])])
  await close()
}

/** Speech for the fake microphone. */
function speech(dataDir: string) {
  const wav = join(dataDir, 'speech.wav')
  const text =
    'Good morning. The clinic has three rooms on the ground floor, and the quiet one comes first. ' +
    'I can phone the landlord on Monday. We carry the cable ourselves, it is forty metres, and I measured it twice.'
  execFileSync('espeak-ng', ['-v', 'en-us', '-s', '150', '-w', wav, text])
  return wav
}

const browserPrograms = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const openBrowser = (microphone: string) =>
  chromium.launch({
    ...(browserPrograms.find(existsSync) && { executablePath: browserPrograms.find(existsSync)! }),
    args: [
      '--no-sandbox',
      // The shared memory of a container is too small for large pages.
      '--disable-dev-shm-usage',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-audio-capture=${microphone}`,
    ],
  })

const looks = {
  light: { viewport: { width: 1280, height: 800 }, colorScheme: 'light' },
  dark: { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: 'light', deviceScaleFactor: 2, hasTouch: true },
} as const
type Look = keyof typeof looks

interface Scene {
  name: string
  path: string
  /** What is waited for, or done, before the picture. */
  ready?: (page: Page) => Promise<unknown>
  /** The person is signed out. */
  outside?: boolean
}

const recordLive = async (page: Page) => {
  await page.getByLabel('Title').fill('Planning the Lisbon pilot')
  await page.getByRole('button', { name: 'Begin recording' }).click()
  await page.locator('.said .tx').first().waitFor({ timeout: 60_000 })
  // Until one sentence is final, so that there is something to highlight.
  const sentence = (at: number) => page.locator('.said .tx > p > span:not(.interim, .caret)').nth(at)
  await sentence(1).waitFor({ timeout: 60_000 })
  await page.keyboard.press('h')
  await sentence(3).waitFor({ timeout: 60_000 })
}

/** Stopped in the middle of a sentence, so that the text shows where the sound is. */
const listen = async (page: Page) => {
  await page
    .getByRole('button', { name: /^Play from/ })
    .nth(3)
    .click()
  await page.locator('.turn.on').waitFor()
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.mouse.move(0, 0)
}

const scenes = (id: string): Scene[] => [
  { name: 'welcome', path: '/', outside: true },
  { name: 'privacy', path: '/privacy', outside: true },
  { name: 'terms', path: '/terms', outside: true },
  { name: 'login', path: '/app#/login', outside: true },
  { name: 'register', path: '/app#/register?invitation=x', outside: true },
  { name: 'forgot', path: '/app#/forgot', outside: true },
  { name: 'library', path: '/app#/library' },
  { name: 'search', path: '/app#/search?q=cable' },
  { name: 'ask', path: '/app#/ask?q=When do we ship?', ready: (page) => page.locator('.place').first().waitFor() },
  { name: 'conversation', path: `/app#/conversation/${id}`, ready: listen },
  { name: 'first', path: '/app#/welcome' },
  { name: 'record', path: '/app#/live' },
  { name: 'upload', path: '/app#/upload' },
  ...[
    ...['profile', 'appearance', 'password', 'sessions', 'keys', 'usage'],
    ...['webhooks', 'vocabulary', 'templates', 'models', 'data'],
  ].map((part) => ({
    name: `settings-${part}`,
    path: `/app#/settings?part=${part}`,
  })),
  ...['users', 'queue', 'health', 'audit'].map((part) => ({ name: `admin-${part}`, path: `/app#/admin?part=${part}` })),
  { name: 'live', path: '/app#/live', ready: recordLive },
]

async function picture(context: BrowserContext, base: string, scene: Scene, look: Look) {
  const page = await context.newPage()
  try {
    await page.goto(`${base}${scene.path}`)
    await page.locator('h1').first().waitFor()
    await page.locator('.skeleton').first().waitFor({ state: 'detached' })
    await scene.ready?.(page)
    await page.screenshot({ path: join(folder, `${scene.name}-${look}.png`), animations: 'disabled' })
  } finally {
    // A recording of the picture before must not run on in the next one.
    await page.evaluate("indexedDB.deleteDatabase('mina-live') && undefined")
    await page.close()
  }
}

async function pictures(browser: Browser, base: string, person: Client, id: string) {
  const cookies = [...person.cookies].map(([name, value]) => ({ name, value, url: base }))
  for (const scene of scenes(id)) {
    for (const look of Object.keys(looks) as Look[]) {
      if (only.length && !only.includes(scene.name)) continue
      if (!given && !kept.has(`${scene.name}-${look}`)) continue
      const context = await browser.newContext({
        ...looks[look],
        locale: 'en-GB',
        reducedMotion: 'reduce',
        serviceWorkers: 'block',
        permissions: ['microphone'],
      })
      if (!scene.outside) await context.addCookies(cookies)
      await picture(context, base, scene, look)
      await context.close()
    }
  }
}

const dataDir = await mkdtemp(join(tmpdir(), 'mina-pictures-'))
await mkdir(folder, { recursive: true })
const server = await startServer(dataDir)
try {
  const person = client(server.base)
  await person.call(register, {
    body: { email: 'amara@example.org', name: 'Amara', password: 'correct horse 7', invitation: server.invitation },
  })
  const ids: string[] = []
  for (const seed of seeds) ids.push(await plant(person, dataDir, seed))
  await spread(dataDir, ids)
  const browser = await openBrowser(speech(dataDir))
  await pictures(browser, server.base, person, ids.at(-1) ?? '')
  await browser.close()
} finally {
  await server.stop()
  await rm(dataDir, { recursive: true, force: true })
}
