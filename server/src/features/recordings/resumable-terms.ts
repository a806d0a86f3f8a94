import { errorStatus, uploadRecording } from '@mina/contract'
import type { Upload } from '@tus/server'
import { Refusal } from '../../platform/refusal.ts'
import { SpeechError } from '../../speech/errors.ts'

export const unknownUpload = () => new Refusal('not_found', 'There is no such upload. Begin it anew.')

export interface Answer {
  status_code: number
  body: string
}

/** In the words of the App family, which has no others. */
export function answerOf(error: unknown): Answer {
  const said = (status_code: number, code: string, message: string) => ({
    status_code,
    body: JSON.stringify({ ok: false, code, message }),
  })
  if (error instanceof Refusal) return said(error.status, error.code, error.message)
  if (error instanceof SpeechError) return said(errorStatus[error.code], error.code, error.message)
  const { status_code: status, body } = error as Partial<Answer>
  if (status === 413) return said(status, 'too_large', 'The file is larger than this server takes.')
  if (status === 410 || status === 404) return said(status, 'not_found', unknownUpload().message)
  if (status !== undefined && status < 500)
    return said(status, status === 409 ? 'conflict' : 'bad_request', `${body}`.trim())
  return said(500, 'internal', 'Something went wrong on our side. It has been noted; the upload can be resumed.')
}

/** What the client tells of its file: the fields of the form, as metadata of the upload. */
export function fieldsOf(metadata: Upload['metadata']) {
  const { provider, language, diarize, title } = metadata ?? {}
  const given = Object.entries({ provider, language, diarize, title }).filter(([, value]) => value)
  const parsed = uploadRecording.body.safeParse(Object.fromEntries(given))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new Refusal('bad_request', `${issue?.path.join('.')}: ${issue?.message}`)
  }
  return parsed.data
}

export const filenameOf = (metadata: Upload['metadata']) => metadata?.filename || metadata?.name || 'recording'
