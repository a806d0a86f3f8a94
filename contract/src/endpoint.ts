import type { z } from 'zod'
import type { ErrorCode } from './errors.ts'
import type { Permission } from './permissions.ts'

export type Family = 'app' | 'platform' | 'openai' | 'deepgram' | 'operations'

/** How a caller proved who it is. */
export type Via = 'session' | 'jwt' | 'oidc' | 'key' | 'static'

/** Which pace a call is held to; see the limits in the configuration. */
export type RateClass = 'read' | 'write' | 'login' | 'mail' | 'token' | 'speech' | 'none'

/** Which of the configured body limits holds. */
export type BodyLimit = 'json' | 'text' | 'upload' | 'media'

/** One call over HTTP, described once: the server serves it, the web app calls it, OpenAPI documents it. */
export interface Endpoint {
  /** Decides the envelope, the shape of failures and the credentials that are welcome. */
  family: Family
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  /** One line for the reference page. */
  summary: string
  permission: Permission | 'public'
  /** Credentials that this call refuses although they carry the permission: keys do not manage accounts. */
  refuses?: readonly Via[]
  params?: z.ZodType
  query?: z.ZodType
  /** Headers that change what is done, by their names in small letters. */
  headers?: z.ZodType
  body?: z.ZodType
  /** How the body arrives. Files are spooled to disk before the handler runs; `body` describes the other fields. */
  consumes?: 'json' | 'form' | 'json-or-form' | 'json-or-multipart' | 'multipart' | 'raw'
  limit?: BodyLimit
  rate?: RateClass
  /** `origin`: no token needed, but a foreign Origin or Sec-Fetch-Site is refused (there is no session to bind to). */
  csrf?: 'token' | 'origin'
  status?: 200 | 201 | 202 | 204
  /** A record; or what is streamed or shaped by the handler itself: a file, server-sent events, JSON text. */
  answer: z.ZodType | 'file' | 'events' | 'any'
  errors?: readonly ErrorCode[]
}

export const endpoint = <const E extends Endpoint>(it: E): E => it

type Part<E, K extends string, Side extends 'input' | 'output'> = K extends keyof E
  ? E[K] extends z.ZodType
    ? Record<K, Side extends 'input' ? z.input<E[K]> : z.output<E[K]>>
    : unknown
  : unknown

/** What a caller sends, and what the handler receives once it is validated. */
export type Sent<E extends Endpoint> = Part<E, 'params', 'input'> & Part<E, 'query', 'input'> & Part<E, 'body', 'input'>
export type Received<E extends Endpoint> = Part<E, 'params', 'output'> &
  Part<E, 'query', 'output'> &
  Part<E, 'headers', 'output'> &
  Part<E, 'body', 'output'>
/** What the caller gets back (the App family adds `ok: true`). */
export type Answered<E extends Endpoint> = E['answer'] extends z.ZodType ? z.output<E['answer']> : unknown
