import { open, rm, stat, utimes } from 'node:fs/promises'

const BEAT_MS = 5_000
/** A mark that nobody touched for so long was left by a process that died. */
const LEFT_AFTER_MS = 60_000

/** Does what only one may do at a time, whichever process it is in: a file marks who is at it. null: another one is. */
export async function alone<Result>(mark: string, work: () => Promise<Result>): Promise<Result | null> {
  const there = await stat(mark).catch(() => undefined)
  if (there && Date.now() - there.mtimeMs > LEFT_AFTER_MS) await rm(mark, { force: true })
  try {
    await (await open(mark, 'wx')).close()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return null
    throw error
  }
  const beat = setInterval(() => {
    const now = new Date()
    utimes(mark, now, now).catch(() => {})
  }, BEAT_MS)
  try {
    return await work()
  } finally {
    clearInterval(beat)
    await rm(mark, { force: true })
  }
}
