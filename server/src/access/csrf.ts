import { createHmac, timingSafeEqual } from 'node:crypto'

/** A token bound to its session: another session's token, or one made up, does not fit. */
export const csrfToken = (secret: string, sessionId: string) =>
  createHmac('sha256', secret).update(`csrf:${sessionId}`).digest('base64url')

export const sameText = (one: string, other: string) => {
  const a = Buffer.from(one)
  const b = Buffer.from(other)
  return a.length === b.length && timingSafeEqual(a, b)
}
