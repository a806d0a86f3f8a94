import { Refusal } from '../../platform/refusal.ts'
import { TranslationError } from '../../translation/errors.ts'

/** A translator's failure as the caller sees it: its code, its safe text, and when to come again. */
export function asRefusal(error: unknown): unknown {
  if (!(error instanceof TranslationError)) return error
  const retryAfter = error.retryAfter === undefined ? undefined : Math.ceil(error.retryAfter)
  return new Refusal(error.code, error.message, { cause: error, retryAfter })
}
