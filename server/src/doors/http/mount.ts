import type { BodyLimit, Endpoint } from '@mina/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Principal } from '../../access/principal.ts'
import type { CallInfo, Reply, Route } from '../../access/route.ts'
import { Refusal } from '../../platform/refusal.ts'
import { isEvents, isFile, sendEvents, sendFile } from './answers.ts'
import { type Authenticate, showsCredential } from './authenticate.ts'
import type { BodyReader } from './bodies.ts'
import type { CookieJar } from './cookies.ts'
import type { createFailures } from './failures.ts'
import type { Pace } from './pace.ts'

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | null
  }
}

export interface MountOptions {
  authenticate: Authenticate
  pace: Pace
  readBody: BodyReader
  cookies: CookieJar
  failures: ReturnType<typeof createFailures>
  limits: Record<BodyLimit, number>
  /** For calls of programs: how many a person makes is part of what they use. */
  countCall: (userId: string) => void
  /** For the record: somebody asked for what is not theirs, or not there. */
  onDenied: (request: FastifyRequest, endpoint: Endpoint, principal: Principal) => void
}

/** The App family says `ok`; the others answer the object itself. */
const present = (endpoint: Endpoint, answer: unknown) => {
  const { family, answer: schema } = endpoint
  const shaped = typeof schema === 'string' ? (answer as object) : (z.parse(schema, answer) as object)
  return family === 'app' ? { ok: true, ...shaped } : shaped
}

/** An id of the wrong form names nothing: to the caller that is the same as unknown. What is chosen from a list is said. */
const placeOf = (schema: z.ZodType, params: unknown) => {
  const parsed = schema.safeParse(params)
  if (parsed.success) return parsed.data
  if (parsed.error.issues[0]?.code === 'invalid_value') throw parsed.error
  throw new Refusal('not_found', 'There is no such thing.')
}

const codeOf = (error: unknown) => (error instanceof Refusal ? error.code : undefined)

const defaultRate = ({ rate, method, family }: Endpoint) =>
  rate ?? (family === 'operations' ? 'none' : method === 'GET' ? 'read' : 'write')

const whenGone = ({ raw }: FastifyReply) => {
  const gone = new AbortController()
  raw.on('close', () => !raw.writableFinished && gone.abort())
  return gone.signal
}

/** A class, since V8 keeps a shape of its own, and all that it refers to, for each literal with a getter. */
class RequestInfo implements CallInfo {
  readonly id: string
  readonly ip: string
  readonly userAgent: string
  readonly headers: CallInfo['headers']
  readonly #reply: FastifyReply
  #signal: AbortSignal | undefined

  constructor(request: FastifyRequest, reply: FastifyReply) {
    this.id = request.id
    this.ip = request.ip
    this.headers = request.headers
    this.userAgent = request.headers['user-agent'] ?? ''
    this.#reply = reply
  }

  /** Most calls are over before anybody could ask whether the caller is still there. */
  get signal() {
    this.#signal ??= whenGone(this.#reply)
    return this.#signal
  }
}

/** Gives every endpoint of the contract its place on the server. One that nobody described can not be mounted. */
export function mount(app: FastifyInstance, routes: readonly Route[], options: MountOptions) {
  const { authenticate, pace, readBody, cookies, failures, limits, countCall, onDenied } = options

  const replyOf = (reply: FastifyReply): Reply => ({
    header: (name, value) => void reply.header(name, value),
    status: (code) => void reply.code(code),
    cookie: (name, value, it) => cookies.set(reply, name, value, it),
    clearCookie: (name) => cookies.clear(reply, name),
  })

  for (const { endpoint, handle } of routes) {
    const { method, path, params, query, headers, body, family, limit = 'json', status = 200 } = endpoint
    const most = limits[limit]
    app.route({
      method,
      url: path,
      // Files are counted while they are spooled; their limit is not the JSON parser's.
      bodyLimit: limit === 'json' || limit === 'text' ? most : limits.json,
      errorHandler: failures(family),
      async onRequest(request, reply) {
        request.principal = await authenticate(request, endpoint).catch(async (error: unknown) => {
          // Guesses at keys and tokens belong to no account, so they are counted by address.
          if (codeOf(error) === 'unauthorized' && showsCredential(request, cookies))
            await pace({ rateClass: 'token', family }, null, request.ip, reply)
          throw error
        })
        await pace({ rateClass: defaultRate(endpoint), family }, request.principal, request.ip, reply)
        if (request.principal && family !== 'app' && family !== 'operations') countCall(request.principal.userId)
      },
      async handler(request, reply) {
        const place = params && placeOf(params, request.params)
        const received = method === 'GET' ? null : await readBody(request, endpoint, most)
        try {
          const call = {
            principal: request.principal,
            params: place,
            query: query && z.parse(query, request.query),
            headers: headers && z.parse(headers, request.headers),
            body: body && z.parse(body, received?.body ?? (method === 'GET' ? undefined : {})),
            files: received?.files ?? [],
            request: new RequestInfo(request, reply),
            reply: replyOf(reply),
          }
          const answer = await handle(call as never)
          // Waited for, like a file: what came with the request stays until the last event is out.
          if (isEvents(answer)) return await sendEvents(reply, answer)
          if (isFile(answer)) return await sendFile(reply, answer, status)
          if (reply.statusCode === 200) reply.code(status)
          return reply.send(present(endpoint, answer))
        } catch (error) {
          const denied = codeOf(error) === 'forbidden' || codeOf(error) === 'not_found'
          if (denied && request.principal) onDenied(request, endpoint, request.principal)
          throw error
        } finally {
          await received?.discard()
        }
      },
    })
  }
}
