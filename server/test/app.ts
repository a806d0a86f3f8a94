import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { type Answered, createConversation, type Endpoint, type ErrorCode, register, type Sent } from '@mina/contract'
import { startServer } from '../src/composition/server.ts'
import { readConfig } from '../src/config/index.ts'
import type { Clock } from '../src/platform/clock.ts'
import { createLog } from '../src/platform/log.ts'
import type { Recogniser } from '../src/speech/port.ts'
import { testDatabase } from './database.ts'

export const freePort = () =>
  new Promise<number>((done, failed) => {
    const server = createServer()
    server.on('error', failed)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => done(port))
    })
  })

/** A clock that tests push. */
export function testClock(): Clock & { forward(ms: number): void } {
  let ahead = 0
  return {
    now: () => new Date(Date.now() + ahead),
    forward: (ms) => {
      ahead += ms
    },
  }
}

export class CallFailed extends Error {
  readonly status: number
  readonly code: ErrorCode | undefined
  readonly answer: Record<string, unknown>
  constructor(status: number, answer: Record<string, unknown>) {
    super(String(answer.message ?? answer.error ?? status))
    this.status = status
    this.code = answer.code as ErrorCode | undefined
    this.answer = answer
  }
}

interface RawOptions {
  method?: string
  headers?: Record<string, string>
  body?: RequestInit['body']
}

/** A browser without a window: keeps cookies, sends the CSRF header, speaks the contract. */
export function client(base: string, headers: Record<string, string> = {}) {
  const cookies = new Map<string, string>()

  async function raw(path: string, { method = 'GET', body, headers: more = {} }: RawOptions = {}): Promise<Response> {
    const csrf = cookies.get('mina_csrf')
    const answer = await fetch(`${base}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(cookies.size > 0 && { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
        ...(csrf && method !== 'GET' && { 'x-csrf-token': csrf }),
        ...headers,
        ...more,
      },
      body: body ?? null,
    })
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const [name = '', ...value] = pair.split('=')
      if (/max-age=0|expires=thu, 01 jan 1970/i.test(line)) cookies.delete(name)
      else cookies.set(name, value.join('='))
    }
    return answer
  }

  return {
    base,
    cookies,
    raw,
    /** Posts JSON as it is, for what the contract's types would not let through. */
    json: (path: string, body: unknown, method = 'POST') =>
      raw(path, { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    async call<E extends Endpoint>(
      endpoint: E,
      ...[sent]: unknown extends Sent<E> ? [] : [Sent<E>]
    ): Promise<Answered<E>> {
      const { params = {}, query = {}, body } = (sent ?? {}) as Record<string, Record<string, unknown> | undefined>
      const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])))
      const search = new URLSearchParams(
        Object.entries(query).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, String(value)] as [string, string]],
        ),
      )
      const answer = await raw(search.size > 0 ? `${path}?${search}` : path, {
        method: endpoint.method,
        ...(body !== undefined && {
          body: JSON.stringify(body),
          headers: { 'content-type': 'application/json' },
        }),
      })
      const content = (await answer.json()) as Record<string, unknown>
      if (!answer.ok) throw new CallFailed(answer.status, content)
      return content as Answered<E>
    },
  }
}

export type Client = ReturnType<typeof client>

interface TestAppOptions {
  env?: Record<string, string>
  clock?: Clock
  roles?: ('web' | 'worker')[]
  /** In place of the embedded speech engine. */
  engines?: readonly Recogniser[]
  /** Puts something between the server and its database: takes the real address, answers the one to use. */
  throughLine?: (databaseUrl: string) => Promise<string>
}

/** The whole server, in this process, on a database and a folder of its own. */
export async function testApp(options: TestAppOptions = {}) {
  const { env = {}, clock, roles = ['web', 'worker'], engines, throughLine = async (it) => it } = options
  const dataDir = await mkdtemp(join(tmpdir(), 'mina-test-'))
  const database = await testDatabase()
  const port = await freePort()
  const lines: string[] = []
  const log = createLog(
    'debug',
    new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk))
        done()
      },
    }),
  )
  const databaseUrl = await throughLine(database.url)
  const config = readConfig({ MINA_DATA_DIR: dataDir, DATABASE_URL: databaseUrl, PORT: String(port), ...env })
  const running = await startServer(config, roles, {
    log,
    ...(clock && { clock }),
    ...(engines && { engines }),
  })
  const base = `http://127.0.0.1:${port}`

  return {
    base,
    config,
    dataDir,
    database,
    setupLink: running.setupLink,
    /** All that was logged so far. */
    logged: () => lines.join(''),
    client: (headers?: Record<string, string>) => client(base, headers),
    /** Signs up somebody new. */
    async person(it: { email?: string; password?: string; invitation?: string } = {}) {
      const email = it.email ?? `${randomUUID()}@example.org`
      const password = it.password ?? 'correct horse 7'
      const browser = client(base)
      const { user } = await browser.call(register, {
        body: { email, password, ...(it.invitation && { invitation: it.invitation }) },
      })
      return {
        ...browser,
        user,
        email,
        password,
        conversation: async (title = 'A talk') => await browser.call(createConversation, { body: { title } }),
      }
    },
    /** Makes an administrator by the link that the start printed. */
    async administrator() {
      const invitation = /invitation=([\w-]+)/.exec(running.setupLink ?? '')?.[1] ?? ''
      return await this.person({ invitation })
    },
    /** The newest mail in the outbox to this address, waited for. */
    async mailTo(email: string): Promise<string> {
      for (let attempt = 0; attempt < 200; attempt += 1) {
        const names = await readdir(config.mail.outboxDir).catch(() => [])
        for (const name of names.sort().toReversed()) {
          const text = await readFile(join(config.mail.outboxDir, name), 'utf8').catch(() => '')
          if (text.includes(email)) return text.replace(/=\r?\n/g, '').replace(/=3D/g, '=')
        }
        await new Promise((done) => setTimeout(done, 20))
      }
      throw new Error(`No mail came for ${email}.`)
    },
    async close() {
      await running.stop()
      await database.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

export type TestApp = Awaited<ReturnType<typeof testApp>>
export type TestPerson = Awaited<ReturnType<TestApp['person']>>
