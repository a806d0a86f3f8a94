import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startSmtp } from '../../../test/doubles/mail/smtp.ts'
import { createLog } from '../log.ts'
import { createMail, isMailAddress, type SmtpOptions } from './mail.ts'

let folder: string
let logged: string
const log = createLog(
  'debug',
  new Writable({
    write(chunk, _encoding, done) {
      logged += chunk
      done()
    },
  }),
)
const clock = { now: () => new Date('2026-11-21T10:11:12Z') }
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mina-mail-'))
})
beforeEach(() => {
  logged = ''
})
afterAll(() => rm(folder, { recursive: true }))

const outboxDir = () => join(folder, 'outbox')
const mailer = (smtp?: SmtpOptions) =>
  createMail({ ...(smtp && { smtp }), outboxDir: outboxDir(), from: 'Mina <mina@example.com>', log, clock })
const letter = { to: 'anna@example.com', subject: 'Hello', text: 'the secret link', html: '<p>the secret link</p>' }

describe('mail through SMTP', () => {
  let server: Awaited<ReturnType<typeof startSmtp>>
  let mail: ReturnType<typeof mailer>
  afterEach(async () => {
    mail.close()
    await server.close()
  })
  const start = async (options: Parameters<typeof startSmtp>[0], smtp: Partial<SmtpOptions> = {}) => {
    server = await startSmtp(options)
    const { ca, port } = server
    mail = mailer({ host: 'localhost', port, tls: Boolean(options?.starttls), ca, timeoutMs: 5000, ...smtp })
  }
  const login = { user: 'mina', password: 'canary-password' }
  const credentials = { username: login.user, password: login.password }

  it('arrives encrypted and signed in, as text and as a page', async () => {
    await start({ login, starttls: true }, credentials)
    expect(mail.kind).toBe('smtp')
    expect(await mail.send(letter)).toEqual({ sent: true })
    expect(server.received).toMatchObject([
      { from: 'mina@example.com', to: ['anna@example.com'], encrypted: true, user: 'mina' },
    ])
    const raw = server.received[0]?.raw ?? ''
    for (const part of [
      'From: Mina <mina@example.com>',
      'To: anna@example.com',
      'Subject: Hello',
      'text/plain',
      'text/html',
      'Auto-Submitted: auto-generated',
      'Date: Sat, 21 Nov 2026 10:11:12 +0000',
    ])
      expect(raw).toContain(part)
    for (const secret of ['canary', 'secret link', 'anna']) expect(logged).not.toContain(secret)
  })

  it('arrives without encryption where the operator wants none', async () => {
    await start({})
    expect(await mail.send(letter)).toEqual({ sent: true })
    expect(server.received).toMatchObject([{ encrypted: false }])
  })

  it('shows no password to a server that can not encrypt or is not the right one', async () => {
    await start({ login, starttls: true }, { ...credentials, ca: undefined })
    expect(await mail.send(letter)).toMatchObject({ sent: false })
    mail.close()
    await server.close()
    await start({ login }, { ...credentials, tls: true })
    expect(await mail.send(letter)).toMatchObject({ sent: false })
    expect(server.received).toEqual([])
  })

  it('reports a refusal, with a code but without what the server said', async () => {
    for (const [code, retryable] of [
      [550, false],
      [451, true],
    ] as const) {
      await start({ refuseWith: code })
      expect(await mail.send(letter)).toEqual({ sent: false, retryable })
      expect(logged).toContain(`"status":${code}`)
      expect(logged).not.toContain('someone@example.com')
      if (code === 451) return
      mail.close()
      await server.close()
    }
  })

  it('reports a wrong password and never logs it', async () => {
    await start({ login, starttls: true }, { username: 'mina', password: 'canary-wrong' })
    expect(await mail.send(letter)).toEqual({ sent: false, retryable: false })
    expect(logged).toContain('EAUTH')
    expect(logged).not.toContain('canary')
  })

  it('gives up on a server that hangs, and on one that is not there', async () => {
    await start({ hang: true }, { timeoutMs: 400 })
    expect(await mail.send(letter)).toEqual({ sent: false, retryable: true })
    const silent = createServer(() => {})
    await new Promise<void>((ready) => silent.listen(0, '127.0.0.1', ready))
    const address = silent.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const greeting = mailer({ host: '127.0.0.1', port, tls: true, timeoutMs: 300 })
    expect(await greeting.send(letter)).toEqual({ sent: false, retryable: true })
    await new Promise((closed) => silent.close(closed))
    expect(await greeting.send(letter)).toEqual({ sent: false, retryable: true })
    greeting.close()
  })

  it('gives nobody a header or a recipient of their own', async () => {
    await start({})
    const wild = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('a\r\nBcc: eve@evil.test', 'a\nBcc: eve@evil.test', 'a\r\n\r\nbody', 'a\u2028Bcc: e@e.e'),
    )
    const ours = [
      'Auto-Submitted',
      'Content-Type',
      'Content-Transfer-Encoding',
      'Date',
      'From',
      'MIME-Version',
      'Message-ID',
      'Subject',
      'To',
    ]
    const property = fc.asyncProperty(wild, wild, async (subject, text) => {
      server.received.length = 0
      expect(await mail.send({ ...letter, subject, text })).toEqual({ sent: true })
      const [{ raw, to } = { raw: '', to: [] }] = server.received
      expect(to).toEqual(['anna@example.com'])
      const headers = raw
        .slice(0, raw.indexOf('\r\n\r\n'))
        .replace(/\r\n[ \t]+/g, ' ')
        .split('\r\n')
      const names = headers.map((it) => it.slice(0, it.indexOf(':')))
      expect(new Set(names).size).toBe(names.length)
      for (const name of names) expect(ours).toContain(name)
    })
    await fc.assert(property, { numRuns: 40 })
  })
})

describe('mail into the outbox', () => {
  it('is a whole file that its owner alone can read, named in the log', async () => {
    const mail = mailer()
    expect(mail.kind).toBe('outbox')
    const result = await mail.send({ ...letter, subject: 'Grüße 🎧' })
    const [name = ''] = await readdir(outboxDir())
    expect(result).toEqual({ sent: true, file: name })
    expect(name).toMatch(/^2026-11-21T10-11-12-000Z-[0-9a-f]{8}\.eml$/)
    const raw = await readFile(join(outboxDir(), name), 'utf8')
    expect(raw).toContain('To: anna@example.com\r\n')
    expect(raw).toMatch(/^Subject: =\?UTF-8\?/m)
    expect((await stat(join(outboxDir(), name))).mode & 0o777).toBe(0o600)
    expect((await stat(outboxDir())).mode & 0o777).toBe(0o700)
    expect(logged).toContain(name)
    for (const secret of ['secret link', 'anna', 'Gr']) expect(logged).not.toContain(secret)
  })

  it('reports a folder that can not be written to', async () => {
    const file = join(folder, 'file')
    await writeFile(file, '')
    const mail = createMail({ outboxDir: join(file, 'below'), from: 'mina@example.com', log, clock })
    expect(await mail.send(letter)).toEqual({ sent: false, retryable: true })
    expect(logged).toContain('ENOTDIR')
  })

  it('is for one plain address only', async () => {
    const mail = mailer()
    const wrong = [
      '',
      'anna',
      'a@b@c',
      'a b@c.d',
      'a@b.c,d@e.f',
      'a@b.c;d@e.f',
      '"a@evil.test x"@b.c',
      'A <a@b.c>',
      'a@b.c\r\nBcc: d@e.f',
      'a@b.c\u0000',
      'group:a@b.c;',
      '(c)a@b.c',
      `${'a'.repeat(65)}@b.c`,
    ]
    for (const to of wrong) {
      expect(isMailAddress(to), to).toBe(false)
      expect(await mail.send({ ...letter, to })).toEqual({ sent: false, retryable: false })
    }
    for (const to of ["o'hara+tag@mail.example.com", 'anna@localhost', 'ännä@exämple.com'])
      expect(isMailAddress(to)).toBe(true)
  })
})
