import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { selfSigned } from './certificate.ts'

export interface Received {
  from: string
  to: string[]
  raw: string
  encrypted: boolean
  user: string | undefined
}

interface SmtpOptions {
  login?: { user: string; password: string }
  /** Without it the server knows no encryption. */
  starttls?: boolean
  /** The answer to the recipient, such as 550. */
  refuseWith?: number
  /** Takes the recipient and then says nothing more. */
  hang?: boolean
}

const refusal = (code: number) =>
  Object.assign(new Error('mailbox someone@example.com unavailable'), { responseCode: code })

/** A real SMTP server on this machine that keeps what it gets. */
export const startSmtp = async (options: SmtpOptions = {}) => {
  const received: Received[] = []
  const certificate = selfSigned()
  const settings: SMTPServerOptions = {
    ...certificate,
    disableReverseLookup: true,
    authOptional: !options.login,
    disabledCommands: options.starttls ? [] : ['STARTTLS'],
    onAuth({ username, password }, _session, done) {
      const right = username === options.login?.user && password === options.login?.password
      done(right ? null : new Error('wrong password'), right ? { user: username } : undefined)
    },
    onRcptTo(_address, _session, done) {
      if (options.hang) return
      done(options.refuseWith ? refusal(options.refuseWith) : null)
    },
    onData(stream, session, done) {
      text(stream).then((raw) => {
        const { mailFrom, rcptTo } = session.envelope
        received.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map((it) => it.address),
          raw,
          encrypted: session.secure,
          user: typeof session.user === 'string' ? session.user : undefined,
        })
        done()
      }, done)
    },
  }
  const server = new SMTPServer(settings)
  server.on('error', () => {})
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  return {
    port: (server.server.address() as AddressInfo).port,
    ca: certificate.cert,
    received,
    close: () => new Promise<void>((closed) => server.close(closed)),
  }
}
