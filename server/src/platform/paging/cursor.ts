import { Refusal } from '../refusal.ts'

/** Where a page ends, so that the next begins there whatever was added meanwhile. Opaque to callers. */
export const writeCursor = (...parts: (string | number)[]) => Buffer.from(JSON.stringify(parts)).toString('base64url')

export const wrongCursor = () =>
  new Refusal('bad_request', 'cursor: is not one that this server gave.', { details: { field: 'cursor' } })

/** Parts of a cursor came back from outside: they are checked like anything else. */
export function cursorDate(part: string | number | undefined): Date {
  const date = new Date(String(part))
  if (Number.isNaN(date.getTime()) || !/^\d{4}-/.test(String(part))) throw wrongCursor()
  return date
}

export function cursorId(part: string | number | undefined): string {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(String(part))) throw wrongCursor()
  return String(part)
}

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
  throw wrongCursor()
}
