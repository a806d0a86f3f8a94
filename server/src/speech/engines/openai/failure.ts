import { APIConnectionTimeoutError, APIError } from 'openai'
import { SpeechError } from '../../errors.ts'
import { refused } from '../../provider.ts'
import { retryAfterOf } from '../../retry.ts'

interface Names {
  engine: string
  label: string
  keyVariable: string
}

/** Credit that is used up arrives as 429 too, and waiting does not help it. */
export function explainOpenai(names: Names, error: unknown): SpeechError | null {
  if (error instanceof APIConnectionTimeoutError)
    return new SpeechError(names.engine, 'timeout', `${names.label} took too long to answer.`, { retryable: true })
  if (error instanceof APIError && error.status !== undefined) {
    return refused({
      ...names,
      status: error.status,
      retryAfter: error.headers && retryAfterOf(error.headers, Date.now()),
      noCredit: error.code === 'insufficient_quota' || error.code === 'billing_hard_limit_reached',
      badAudio:
        error.status === 400 &&
        /invalid file format|could not be decoded|corrupted or unsupported|audio file is too short/i.test(
          error.message,
        ),
    })
  }
  const message = error instanceof Error ? error.message : ''
  const handshake = /Unexpected server response: (\d{3})/.exec(message)
  return handshake ? refused({ ...names, status: Number(handshake[1]) }) : null
}
