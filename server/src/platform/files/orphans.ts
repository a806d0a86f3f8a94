/** So long after a crash a file may lie about that no row ever claimed. */
export const ORPHAN_MS = 600_000
const POSTPONE_EVERY_MS = 120_000

/**
 * Writes a file that stands on the sweep's list until a row claims it. Large files take long: as long as the writing
 * goes on, the end is put off. `postpone` only changes an entry that is still there, since a claim may just remove it.
 */
export async function postponing<T>(postpone: () => Promise<unknown>, write: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => void postpone().catch(() => {}), POSTPONE_EVERY_MS).unref()
  try {
    return await write()
  } finally {
    clearInterval(timer)
  }
}
