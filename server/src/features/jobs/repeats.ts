import { createHash } from 'node:crypto'
import { Refusal } from '../../platform/refusal.ts'
import type { JobRow } from './repository.ts'

/** So long a key of the caller's stands for the job that was made with it. */
export const KEY_MS = 24 * 3_600_000

interface Asked {
  type: JobRow['type']
  input_ref: string | undefined
  options: object
  /** What the file holds; how it is called makes no difference. */
  sha256: string | undefined
}

/** What is asked for, whichever way it was written: a form and JSON that mean the same are the same. */
export const requestHash = ({ type, input_ref, options, sha256 }: Asked): string =>
  createHash('sha256')
    .update(JSON.stringify([type, input_ref || null, Object.entries(options).sort(), sha256 ?? null]))
    .digest('hex')

/** The key was used before: for this very request, or by mistake for another one. */
export function checkRepeat(earlier: JobRow, hash: string): JobRow {
  if (earlier.request_hash === hash) return earlier
  throw new Refusal(
    'conflict',
    'Idempotency-Key: was used for another request within the last 24 hours. Nothing was started. Send a new key with a new request, or the same request once more.',
    { status: 422, details: { field: 'idempotency-key' } },
  )
}
