import type { StoredFile } from '../files/port.ts'

export interface Limits {
  maxBytes: number
  /** From the first connection to the last byte, all redirects included. */
  timeoutMs: number
  signal?: AbortSignal | undefined
}

export interface GuardedRequest extends Limits {
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  headers?: Record<string, string>
  body?: string | Uint8Array
  /** `answer` hands a redirect to the caller as it came. */
  redirects?: 'follow' | 'answer'
  /** What happens to a body above `maxBytes`. */
  overflow?: 'refuse' | 'cut'
}

export interface GuardedAnswer {
  status: number
  headers: Record<string, string | undefined>
  /** Where the answer came from in the end. */
  url: string
  body: Buffer
}

export interface Downloaded extends StoredFile {
  /** As the other side says; to be believed by nobody. */
  contentType: string | undefined
  url: string
}

export interface GuardedFetch {
  fetch(url: string, request: GuardedRequest): Promise<GuardedAnswer>
  /** Into a file that does not exist yet and is gone again on any failure. Anything but a 2xx is refused. */
  download(url: string, toPath: string, limits: Limits): Promise<Downloaded>
  close(): Promise<void>
}
