import type { Readable } from 'node:stream'
import type { Endpoint, Received } from '@mina/contract'
import type { z } from 'zod'
import type { Principal } from './principal.ts'

/** A file that came with the request. It lies in a temporary folder that goes away after the answer, unless moved. */
export interface ReceivedFile {
  field: string
  /** As the client named it: never a path, never trusted. */
  filename: string
  path: string
  size: number
  sha256: string
}

/** What the handler may say beside its answer. */
export interface Reply {
  header(name: string, value: string): void
  status(code: number): void
  cookie(name: string, value: string, options: { maxAge: number; httpOnly: boolean }): void
  clearCookie(name: string): void
}

export interface CallInfo {
  id: string
  /** The client's address, behind trusted proxies only. */
  ip: string
  userAgent: string
  headers: Readonly<Record<string, string | string[] | undefined>>
  /** Aborts when the client goes away. */
  signal: AbortSignal
}

/** Sent as it is, with a type of ours, never the uploader's. */
export interface FileAnswer {
  type: string
  body: Readable | Uint8Array | string
  size?: number
  /** With a name it is an attachment. */
  filename?: string
  inline?: boolean
  /** Set when the body is this part of a whole of `total` bytes. */
  range?: { start: number; end: number; total: number }
  headers?: Record<string, string>
  /** Where it is not the endpoint's own: a page that says what is wrong, a range that can not be met. */
  status?: number
}

/** Server-sent events: what an iterable yields until the client leaves. */
export interface EventAnswer {
  events: AsyncIterable<{ event?: string; id?: string; data: unknown }>
}

export type Answer<E extends Endpoint> = E['answer'] extends z.ZodType
  ? z.input<E['answer']>
  : E['answer'] extends 'file'
    ? FileAnswer
    : E['answer'] extends 'events'
      ? EventAnswer
      : FileAnswer | EventAnswer | Record<string, unknown>

/** Public calls may come from nobody; all others always know their caller. */
type Caller<E extends Endpoint> = E['permission'] extends 'public' ? Principal | null : Principal

export type Call<E extends Endpoint> = Received<E> & {
  principal: Caller<E>
  files: readonly ReceivedFile[]
  request: CallInfo
  reply: Reply
}

export interface Route {
  endpoint: Endpoint
  handle: (call: never) => Promise<unknown>
}

/** Joins an endpoint of the contract with what answers it. The door mounts it; the feature never sees the door. */
export const serve = <E extends Endpoint>(endpoint: E, handle: (call: Call<E>) => Promise<Answer<E>>): Route => ({
  endpoint,
  handle,
})
