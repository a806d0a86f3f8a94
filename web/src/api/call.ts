import { type Answered, type Endpoint, me, refresh, type Sent } from '@mina/contract'
import { address } from './address.ts'
import { apiError, type FailureCode } from './failure.ts'
import { doubtReach } from './reach.ts'
import { csrfToken, renewal } from './session-cookies.ts'

/** Needed only where the endpoint asks for something. */
type Asked<E extends Endpoint> = unknown extends Sent<E> ? [sent?: Options] : [sent: Sent<E> & Options]
export interface Options {
  signal?: AbortSignal
  /** For what outlives the page, such as a last save while it closes. */
  keepalive?: boolean
}

interface Loose extends Options {
  params?: Record<string, unknown>
  query?: Record<string, unknown>
  body?: unknown
  headers?: Record<string, string>
}

/** What an answer without a schema (a file, a stream) is given as. */
type Given<E extends Endpoint> = E['answer'] extends 'file' | 'events' | 'any' ? Response : Answered<E>

const streamed = (endpoint: Endpoint) => typeof endpoint.answer === 'string'

async function send(
  endpoint: Endpoint,
  { params, query, body, signal, keepalive, headers: more }: Loose,
): Promise<Response> {
  const headers = new Headers({ Accept: streamed(endpoint) ? '*/*' : 'application/json', ...more })
  if (endpoint.method !== 'GET') {
    const token = csrfToken()
    if (token) headers.set('X-CSRF-Token', token)
  }
  const form = body instanceof FormData || body instanceof Blob
  if (body !== undefined && !form) headers.set('Content-Type', 'application/json')
  try {
    return await fetch(address(endpoint.path, params, query), {
      method: endpoint.method,
      headers,
      body: body === undefined ? null : form ? body : JSON.stringify(body),
      credentials: 'same-origin',
      signal: signal ?? null,
      keepalive: keepalive ?? false,
    })
  } catch (cause) {
    if (signal?.aborted) throw cause
    void doubtReach()
    throw apiError({ code: 'offline', status: 0, message: 'The server can not be reached.' })
  }
}

export async function failureOf(response: Response) {
  // The Platform family calls its sentence `error`.
  const said: { ok?: unknown; code?: FailureCode; message?: string; error?: unknown } = await response
    .json()
    .catch(() => ({}))
  const { ok: _, code, message, error, ...details } = said
  return apiError({
    // A proxy that answers in the server's place knows no codes.
    code: code ?? (response.status === 401 ? 'unauthorized' : response.status >= 502 ? 'unavailable' : 'internal'),
    status: response.status,
    message: message ?? (typeof error === 'string' ? error : ''),
    details,
    requestId: response.headers.get('x-request-id') ?? undefined,
  })
}

const renew = renewal(async () => {
  // Nothing to renew: never signed in here, or signed out.
  if (csrfToken() === undefined) return false
  const response = await send(refresh, {})
  if (response.ok) return true
  // Signed out for good; anything else (offline, 503) says nothing about the session.
  if (response.status === 401 || response.status === 400) return false
  throw await failureOf(response)
})

/** Sends it, and once more with fresh cookies when the access cookie has run out meanwhile. */
export async function request(endpoint: Endpoint, sent: Loose): Promise<Response> {
  const guarded = endpoint.permission !== 'public'
  const passwordToo = guarded && endpoint.errors?.includes('unauthorized')
  // Asked first whether the session stands, so that a wrong password is sent, and counted, once.
  if (passwordToo) await request(me, {})
  const before = csrfToken()
  let response = await send(endpoint, sent)
  if (response.status === 401 && guarded && !passwordToo && (await renew(before))) response = await send(endpoint, sent)
  if (!response.ok) throw await failureOf(response)
  return response
}

/** One typed call of the contract: `const { conversation } = await call(getConversation, { params: { id } })`. */
export async function call<const E extends Endpoint>(endpoint: E, ...[sent]: Asked<E>): Promise<Given<E>> {
  const response = await request(endpoint, (sent ?? {}) as Loose)
  if (streamed(endpoint)) return response as Given<E>
  return (response.status === 204 ? {} : await response.json()) as Given<E>
}
