import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  addHighlight,
  addTask,
  createConversation,
  finalizeConversation,
  putSegment,
  register,
  updateConversation,
} from '@mina/contract'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { openDatabase } from '../server/src/platform/database/connect.ts'
import { silentLog } from '../server/src/platform/log.ts'
import { type Client, client } from '../server/test/app.ts'
import { type Seed, seeds } from './screenshots-seed.ts'

/**
 * Pictures of each page in light, dark and phone width, from a server of its own with a plausible week in it:
 * `node scripts/screenshots.ts [folder] [page …]`. Without a folder, the few that the repository keeps are made anew.
 */
const root = join(import.meta.dirname, '..')
const [given, ...only] = process.argv.slice(2)
const folder = given ?? join(root, 'docs/screenshots')
const kept = new Set(['library-light', 'conversation-dark', 'live-light', 'live-phone'])

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

async function plant(person: Client, { title, tags, said, tasks = [], highlights = [] }: Seed) {
  const { id } = await person.call(createConversation, { body: { title } })
  let at = 0
  for (const [idx, [speaker, text]] of said.entries()) {
    const start_ms = at
    const end_ms = start_ms + text.length * 62
    at = end_ms + 900
    const segment = { idx, start_ms, end_ms, text, is_final: true, speaker }
    await person.call(putSegment, { params: { id }, body: segment })
    if (highlights.includes(idx)) await person.call(addHighlight, { params: { id }, body: { text, start_ms, end_ms } })
  }
  for (const task of tasks) await person.call(addTask, { params: { id }, body: task })
  await person.call(finalizeConversation, { params: { id } })
  await person.call(updateConversation, { params: { id }, body: { tags } })
  return id
}

/** No call can say that a conversation was yesterday; a week of them is told to the database. */
async function spread(dataDir: string, ids: string[]) {
  const { pool, close } = await openDatabase({ dataDir, log: silentLog, poolSize: 1 })
  const earlier = "update conversations set created_at = now() - $2 * interval '1 hour' where id = $1"
  for (const [at, id] of ids.entries()) await pool.query(earlier, [id, seeds[at]?.hours ?? 0])
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

const record = async (page: Page) => {
  await page.getByLabel('Title').fill('Planning the Lisbon pilot')
  await page.getByRole('button', { name: 'Begin recording' }).click()
  await page.locator('.said .tx').first().waitFor({ timeout: 60_000 })
  // Until one sentence is final, so that there is something to highlight.
  await page.locator('.said .tx > p > span:not(.interim, .caret)').nth(1).waitFor({ timeout: 60_000 })
  await page.keyboard.press('h')
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
  { name: 'conversation', path: `/app#/conversation/${id}` },
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
  { name: 'live', path: '/app#/live', ready: record },
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
  for (const seed of seeds) ids.push(await plant(person, seed))
  await spread(dataDir, ids)
  const browser = await openBrowser(speech(dataDir))
  await pictures(browser, server.base, person, ids.at(-1) ?? '')
  await browser.close()
} finally {
  await server.stop()
  await rm(dataDir, { recursive: true, force: true })
}
