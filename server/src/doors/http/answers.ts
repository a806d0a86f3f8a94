import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { EventAnswer, FileAnswer } from '../../access/route.ts'

/** Types that a browser would run or render as a page: never inline, whoever asked. */
const ACTIVE = /html|svg|xml|javascript/

const disposition = (answer: FileAnswer) => {
  const kind = answer.inline && !ACTIVE.test(answer.type) ? 'inline' : 'attachment'
  if (!answer.filename) return answer.inline ? 'inline' : undefined
  const ascii =
    answer.filename
      .normalize('NFKD')
      .replace(/[^\x20-\x7e]/g, '')
      .replace(/["\\%]/g, '_')
      .trim() || 'download'
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(answer.filename).replace(/['()*]/g, (it) => `%${it.charCodeAt(0).toString(16).toUpperCase()}`)}`
}

export function sendFile(reply: FastifyReply, answer: FileAnswer, status: number) {
  reply.type(answer.type).header('x-content-type-options', 'nosniff')
  const named = disposition(answer)
  if (named) reply.header('content-disposition', named)
  for (const [name, value] of Object.entries(answer.headers ?? {})) reply.header(name, value)
  const { range } = answer
  if (range) {
    reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${range.total}`)
    reply.header('content-length', range.end - range.start + 1)
  } else {
    reply.code(answer.status ?? status)
    if (answer.size !== undefined) reply.header('content-length', answer.size)
  }
  return reply.send(answer.body instanceof Uint8Array ? Buffer.from(answer.body) : answer.body)
}

const KEEP_ALIVE_MS = 20_000

/** One frame of the event stream. Data is JSON on one line, so it can not break out of its frame. */
const frame = ({ event, id, data }: { event?: string; id?: string; data: unknown }) =>
  `${id ? `id: ${id}\n` : ''}${event ? `event: ${event}\n` : ''}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`

async function* frames(answer: EventAnswer): AsyncGenerator<string> {
  yield ': open\n\n'
  for await (const it of answer.events) yield frame(it)
}

export function sendEvents(reply: FastifyReply, answer: EventAnswer) {
  const body = Readable.from(frames(answer))
  const keepAlive = setInterval(() => {
    if (!reply.raw.writableEnded) reply.raw.write(': here\n\n')
  }, KEEP_ALIVE_MS)
  reply.raw.on('close', () => {
    clearInterval(keepAlive)
    body.destroy()
  })
  return (
    reply
      .type('text/event-stream; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('x-accel-buffering', 'no')
      // Else the connection would idle on after its last event, and a server that stops would wait for it.
      .header('connection', 'close')
      .send(body)
  )
}

export const isEvents = (answer: unknown): answer is EventAnswer =>
  typeof answer === 'object' &&
  answer !== null &&
  'events' in answer &&
  Symbol.asyncIterator in (answer as EventAnswer).events

export const isFile = (answer: unknown): answer is FileAnswer =>
  typeof answer === 'object' && answer !== null && 'body' in answer && 'type' in answer
