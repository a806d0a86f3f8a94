import { Refusal } from '../refusal.ts'

/** Where a page ends, so that the next begins there whatever was added meanwhile. Opaque to callers. */
export const writeCursor = (...parts: (string | number)[]) => Buffer.from(JSON.stringify(parts)).toString('base64url')

export function readCursor(text: string | undefined, length: number): (string | number)[] | null {
  if (!text) return null
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    if (
      Array.isArray(parts) &&
      parts.length === length &&
      parts.every((it) => ['string', 'number'].includes(typeof it))
    )
      return parts as (string | number)[]
  } catch {
    // Falls through.
  }
  throw new Refusal('bad_request', 'cursor: is not one that this server gave.', { details: { field: 'cursor' } })
}
