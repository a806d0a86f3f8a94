import { Refusal } from '../../platform/refusal.ts'
import { SpeechError } from '../../speech/errors.ts'

export interface Reason {
  code: string
  message: string
}

export const CANCELLED: Reason = {
  code: 'cancelled',
  message: 'The transcription was stopped. What had been recognised by then is kept.',
}

export const UNFETCHED: Reason = {
  code: 'cancelled',
  message: 'The conversation was deleted before its recording had come. Send the link again.',
}

/** The work is not this worker's any more: somebody cancelled or deleted it, or another worker has taken it over. */
export class NotOurs extends Error {
  constructor() {
    super('This work was taken away.')
    this.name = 'NotOurs'
  }
}

/** What the owner is told. Texts of other people's libraries stay inside. */
export const reasonOf = (error: unknown): Reason =>
  error instanceof Refusal || error instanceof SpeechError
    ? { code: error.code, message: error.message }
    : { code: 'internal', message: 'The transcription failed on our side. It has been noted; please try it again.' }

const PASSING = new Set(['unavailable', 'timeout', 'rate_limited', 'storage_full'])

/** Whether the same work may succeed later. What nobody foresaw is given another chance. */
export const mayPass = (error: unknown): boolean => {
  if (error instanceof SpeechError) return error.retryable
  if (error instanceof Refusal) return PASSING.has(error.code)
  return true
}
