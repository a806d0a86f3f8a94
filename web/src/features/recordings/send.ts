import { me } from '@mina/contract'
import type { HttpRequest, PreviousUpload } from 'tus-js-client'
import { call } from '../../api/call.ts'
import { apiError, type FailureCode } from '../../api/failure.ts'
import { csrfToken } from '../../api/session-cookies.ts'
import { keptUploads } from './kept-uploads.ts'

export interface Wishes {
  language?: string | undefined
  diarize?: boolean | undefined
}
export interface Sending {
  /** Stops; what was sent is kept by the server. */
  stop: () => void
  /** Stops for good: the server forgets what it has. */
  drop: () => void
  /** Resolves with the conversation. */
  done: Promise<string>
}
type Report = (sent: number) => void

const address = '/api/uploads/tus'

const failed = (status: number, text: string) => {
  let said: { code?: FailureCode; message?: string } = {}
  try {
    said = JSON.parse(text)
  } catch {
    // A proxy in between answered with a page of its own.
  }
  const fallback = status === 0 ? 'offline' : status === 413 ? 'too_large' : status >= 502 ? 'unavailable' : 'internal'
  return apiError({ code: said.code ?? fallback, status, message: said.message ?? '' })
}

const withToken = (request: HttpRequest) => {
  const token = csrfToken()
  if (token) request.setHeader('X-CSRF-Token', token)
}

/** The server forgets what an earlier page sent of a file. */
export async function dropKept({ uploadUrl, urlStorageKey }: PreviousUpload) {
  const { Upload } = await import('tus-js-client')
  await keptUploads.removeUpload(urlStorageKey)
  // Gone already, or out of reach: the server gives up by itself what nobody goes on with.
  if (uploadUrl) await Upload.terminate(uploadUrl, { onBeforeRequest: withToken }).catch(() => undefined)
}

/** In pieces: survives a lost connection, a pause, a reload of the page. */
export async function send(file: File, wishes: Wishes, report: Report): Promise<Sending> {
  const { Upload } = await import('tus-js-client')
  const arrived = Promise.withResolvers<string>()
  const metadata = {
    filename: file.name,
    filetype: file.type || 'application/octet-stream',
    ...(wishes.language && { language: wishes.language }),
    ...(wishes.diarize && { diarize: 'true' }),
  }
  const upload = new Upload(file, {
    endpoint: address,
    metadata,
    chunkSize: 8 * 1024 * 1024,
    retryDelays: [0, 1000, 3000, 5000, 10_000, 20_000],
    removeFingerprintOnSuccess: true,
    urlStorage: keptUploads,
    onBeforeRequest: withToken,
    onShouldRetry(error) {
      const status = error.originalResponse?.getStatus() ?? 0
      // The access cookie ran out on the way: the next try carries a fresh one.
      if (status === 401) void call(me).catch(() => undefined)
      return status === 0 || status === 401 || status === 409 || status === 423 || status >= 500
    },
    onProgress: (sent) => report(sent),
    onError(error) {
      const answer = 'originalResponse' in error ? error.originalResponse : undefined
      arrived.reject(failed(answer?.getStatus() ?? 0, answer?.getBody() ?? ''))
    },
    // An upload has the id of its conversation.
    onSuccess: () => arrived.resolve(upload.url?.split('/').at(-1) ?? ''),
  })
  const [earlier] = await upload.findPreviousUploads()
  if (earlier) upload.resumeFromPreviousUpload(earlier)
  upload.start()
  return {
    stop: () => void upload.abort(),
    drop: () => void upload.abort(true).catch(() => undefined),
    done: arrived.promise,
  }
}
