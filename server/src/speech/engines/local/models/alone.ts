import { open, rm, stat, utimes } from 'node:fs/promises'

const BEAT_MS = 5_000
/** A mark that nobody touched for so long was left by a process that died. */
const LEFT_AFTER_MS = 60_000

const touch = async (mark: string) => {
  const now = new Date()
  await utimes(mark, now, now)
}

async function placed(mark: string): Promise<boolean> {
  try {
    await (await open(mark, 'wx')).close()
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

async function isLeft(mark: string): Promise<boolean> {
  const there = await stat(mark).catch(() => undefined)
  return there !== undefined && Date.now() - there.mtimeMs > LEFT_AFTER_MS
}

/**
 * A dead process's mark is never taken away, which a second one could do to the first one's new mark: it is touched,
 * and so becomes this one's. That too only one does at a time, and it looks again before it does.
 */
async function takenOver(mark: string): Promise<boolean> {
  if (!(await isLeft(mark))) return false
  const mine = await alone(`${mark}.left`, async () => {
    const left = await isLeft(mark)
    if (left) await touch(mark)
    return left
  })
  return mine ?? false
}

/** Does what only one may do at a time, whichever process it is in: a file marks who is at it. null: another one is. */
export async function alone<Result>(mark: string, work: () => Promise<Result>): Promise<Result | null> {
  if (!(await placed(mark)) && !(await takenOver(mark))) return null
  const beat = setInterval(() => void touch(mark).catch(() => {}), BEAT_MS)
  try {
    return await work()
  } finally {
    clearInterval(beat)
    await rm(mark, { force: true })
  }
}
