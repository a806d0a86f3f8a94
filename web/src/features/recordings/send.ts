import { me } from '@mina/contract'
import { call } from '../../api/call.ts'
import { apiError, type FailureCode } from '../../api/failure.ts'
import { csrfToken } from '../../api/session-cookies.ts'

export interface Wishes {
  language?: string | undefined
  diarize?: boolean | undefined
}
export interface Arrived {
  id: string
  duplicate_of: string | null
}
export interface Sending {
  /** Stops; what was sent is kept where the way allows it. */
  stop: () => void
  done: Promise<Arrived>
}
type Report = (sent: number) => void

const resumable = '/api/uploads/tus'
let offered: Promise<boolean> | undefined

/** Whether this server takes files in pieces, so that a broken upload goes on where it was. Asked once. */
export function takesPieces() {
  offered ??= fetch(resumable, { method: 'OPTIONS', credentials: 'same-origin' })
    .then((answer) => answer.ok && answer.headers.has('Tus-Resumable'))
    .catch(() => {
      // No answer says nothing: it is asked again.
      offered = undefined
      return false
    })
  return offered
}

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

const read = (text: string): Arrived | undefined => {
  try {
    const { id, duplicate_of = null } = JSON.parse(text)
    return typeof id === 'string' ? { id, duplicate_of } : undefined
  } catch {
    return undefined
  }
}

/** In pieces: survives a lost connection, a pause, a reload of the page. */
export async function sendInPieces(file: File, wishes: Wishes, report: Report): Promise<Sending> {
  const { Upload } = await import('tus-js-client')
  const arrived = Promise.withResolvers<Arrived>()
  const metadata = {
    filename: file.name,
    filetype: file.type || 'application/octet-stream',
    ...(wishes.language && { language: wishes.language }),
    ...(wishes.diarize && { diarize: 'true' }),
  }
  const upload = new Upload(file, {
    endpoint: resumable,
    metadata,
    chunkSize: 8 * 1024 * 1024,
    retryDelays: [0, 1000, 3000, 5000, 10_000, 20_000],
    removeFingerprintOnSuccess: true,
    onBeforeRequest(request) {
      const token = csrfToken()
      if (token) request.setHeader('X-CSRF-Token', token)
    },
    onShouldRetry(error) {
      const status = error.originalResponse?.getStatus() ?? 0
      return status === 0 || status === 409 || status === 423 || status >= 500
    },
    onProgress: (sent) => report(sent),
    onError(error) {
      const answer = 'originalResponse' in error ? error.originalResponse : undefined
      arrived.reject(failed(answer?.getStatus() ?? 0, answer?.getBody() ?? ''))
    },
    onSuccess({ lastResponse }) {
      const id = lastResponse.getHeader('Upload-Conversation')
      const found = id ? { id, duplicate_of: null } : read(lastResponse.getBody())
      if (found) arrived.resolve(found)
      else arrived.reject(failed(500, ''))
    },
  })
  const [earlier] = await upload.findPreviousUploads()
  if (earlier) upload.resumeFromPreviousUpload(earlier)
  upload.start()
  return { stop: () => void upload.abort(), done: arrived.promise }
}

/** In one go, for servers that take no pieces: a pause begins anew. */
export async function sendWhole(file: File, wishes: Wishes, report: Report): Promise<Sending> {
  // A long upload should not begin with cookies that are about to run out.
  await call(me)
  const form = new FormData()
  if (wishes.language) form.set('language', wishes.language)
  if (wishes.diarize) form.set('diarize', 'true')
  form.set('file', file)
  const arrived = Promise.withResolvers<Arrived>()
  const way = new XMLHttpRequest()
  way.open('POST', '/api/uploads')
  way.setRequestHeader('Accept', 'application/json')
  const token = csrfToken()
  if (token) way.setRequestHeader('X-CSRF-Token', token)
  way.upload.onprogress = (event) => report(Math.min(file.size, event.loaded))
  way.onerror = () => arrived.reject(failed(0, ''))
  way.onload = () => {
    const found = way.status < 300 ? read(way.responseText) : undefined
    if (found) arrived.resolve(found)
    else arrived.reject(failed(way.status, way.responseText))
  }
  way.send(form)
  return { stop: () => way.abort(), done: arrived.promise }
}
