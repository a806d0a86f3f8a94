import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'

export interface ReceivedHook {
  headers: IncomingHttpHeaders
  body: string
  id: string
}

export type HookAnswer = number | { status: number; headers?: Record<string, string> }

/** Somebody's server that takes webhooks; answers as it is told, 204 when nothing is left to tell. */
export async function webhookReceiver() {
  const received: ReceivedHook[] = []
  const answers: HookAnswer[] = []
  const waiting = new Set<() => void>()
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { headers } = request
    received.push({ headers, body: Buffer.concat(chunks).toString('utf8'), id: String(headers['webhook-id']) })
    const next = answers.shift() ?? 204
    const { status, headers: more = {} } = typeof next === 'number' ? { status: next } : next
    response.writeHead(status, more).end()
    for (const look of waiting) look()
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    answers,
    /** Resolves when so many have come. */
    count: (count: number) =>
      new Promise<ReceivedHook[]>((done) => {
        const look = () => {
          if (received.length < count) return
          waiting.delete(look)
          done(received)
        }
        waiting.add(look)
        look()
      }),
    /** What a receiver does by the standard: throws unless signed with this secret, lately. */
    verify: (hook: ReceivedHook, secret: string): { type: string; timestamp: string; data: Record<string, unknown> } =>
      new Webhook(secret).verify(hook.body, hook.headers as Record<string, string>) as never,
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}
