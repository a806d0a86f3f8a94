import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Letter } from './letter.ts'

export interface SmtpOptions {
  host: string
  port: number
  username?: string
  password?: string
  /** Nothing is sent, and no password shown, unless the line is encrypted and the certificate is right. */
  tls: boolean
  /** A certificate authority of one's own, as PEM. */
  ca?: string
  /** How long the server may be silent. */
  timeoutMs?: number
}

/** A mail that could not be sent stops nobody: whoever sends one looks at the result, or does not. */
export type MailResult = { sent: true; file?: string } | { sent: false; retryable: boolean }

export interface Mail {
  /** Where mails go, for the doctor. */
  readonly kind: 'smtp' | 'outbox'
  send(mail: Letter & { to: string }): Promise<MailResult>
  close(): void
}

interface MailOptions {
  smtp?: SmtpOptions
  /** Without SMTP, mails lie here as files. */
  outboxDir: string
  from: string
  log: Log
  clock: Clock
}

const address = /^[^\s<>()[\]\\,;:@"\p{C}]{1,64}@[^\s<>()[\]\\,;:@"\p{C}]{1,255}$/u

/** One plain address. Lists, groups, comments and quoted parts are where mail libraries get lost. */
export const isMailAddress = (text: string): boolean => address.test(text)

/** Accounts that no mail reaches, such as those of an identity provider, have an address of this reserved ending. */
const isReachable = (text: string): boolean => isMailAddress(text) && !text.endsWith('.invalid')

const oneLine = (text: string) =>
  text
    .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, 200)

/** Loaded with the first mail. */
const nodemailer = () => import('nodemailer')

const smtpTransport = async ({ host, port, username, password, tls, ca, timeoutMs = 15_000 }: SmtpOptions) =>
  (await nodemailer()).createTransport({
    host,
    port,
    secure: tls && port === 465,
    requireTLS: tls,
    ignoreTLS: !tls,
    ...(username && { auth: { user: username, pass: password ?? '' } }),
    tls: { minVersion: 'TLSv1.2', ...(ca && { ca }) },
    // The library would wait for ten minutes.
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
  })

const outboxTransport = async () =>
  (await nodemailer()).createTransport({ streamTransport: true, buffer: true, newline: 'windows' })

const codeOf = (error: unknown): { code?: string; status?: number } => {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown }
  return {
    ...(typeof code === 'string' && { code }),
    ...(typeof responseCode === 'number' && { status: responseCode }),
  }
}

/** Whole or not at all, and for nobody else to read: the links in mails open accounts. */
const keep = async (folder: string, name: string, message: Buffer) => {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, name)
  const handle = await open(`${path}.part`, 'wx', 0o600)
  try {
    await handle.writeFile(message)
    await handle.sync()
    await rename(`${path}.part`, path)
  } catch (error) {
    await rm(`${path}.part`, { force: true })
    throw error
  } finally {
    await handle.close()
  }
}

export const createMail = ({ smtp, outboxDir, from, log, clock }: MailOptions): Mail => {
  let line: ReturnType<typeof smtpTransport> | undefined
  let outbox: ReturnType<typeof outboxTransport> | undefined

  const compose = (mail: Letter & { to: string }) => ({
    from: oneLine(from),
    to: { name: '', address: mail.to },
    subject: oneLine(mail.subject),
    text: mail.text,
    html: mail.html,
    date: clock.now(),
    headers: { 'Auto-Submitted': 'auto-generated' },
    // Nothing in a mail may make the library open a file or fetch a page.
    disableFileAccess: true,
    disableUrlAccess: true,
  })

  const deliver = async (mail: Letter & { to: string }): Promise<MailResult> => {
    if (smtp) {
      line ??= smtpTransport(smtp)
      await (await line).sendMail(compose(mail))
      log.info({ way: 'smtp' }, 'mail sent')
      return { sent: true }
    }
    outbox ??= outboxTransport()
    const { message } = await (await outbox).sendMail(compose(mail))
    const file = `${clock.now().toISOString().replace(/[:.]/g, '-')}-${randomUUID().slice(0, 8)}.eml`
    await keep(outboxDir, file, message as Buffer)
    log.info({ way: 'outbox', file }, 'mail written to the outbox, because no SMTP host is configured')
    return { sent: true, file }
  }

  return {
    kind: smtp ? 'smtp' : 'outbox',
    async send(mail) {
      if (!isReachable(mail.to)) {
        log.warn({ code: 'address' }, 'mail not sent')
        return { sent: false, retryable: false }
      }
      try {
        return await deliver(mail)
      } catch (error) {
        // Only codes: what a mail server says may quote addresses and passwords.
        const { code, status } = codeOf(error)
        log.error({ way: smtp ? 'smtp' : 'outbox', code, status }, 'mail not sent')
        return { sent: false, retryable: status === undefined || status < 500 }
      }
    },
    close: () => void line?.then((it) => it.close()),
  }
}
