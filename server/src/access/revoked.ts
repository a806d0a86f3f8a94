import { eq } from 'drizzle-orm'
import type { Db } from '../platform/database/connect.ts'
import { revokedTokens } from '../platform/database/schema/index.ts'

const CACHE_MS = 1_000

/** Whether a token was signed out by name; remembered for a second. */
export function revokedTokenCheck(db: Db) {
  const good = new Map<string, number>()
  return async (jti: string): Promise<boolean> => {
    const now = Date.now()
    if ((good.get(jti) ?? 0) > now) return false
    const [row] = await db.select({ jti: revokedTokens.jti }).from(revokedTokens).where(eq(revokedTokens.jti, jti))
    if (row) return true
    if (good.size > 50_000) good.clear()
    good.set(jti, now + CACHE_MS)
    return false
  }
}
