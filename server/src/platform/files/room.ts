import { statfs } from 'node:fs/promises'
import { storageFull } from './failure.ts'

/** Kept free for the database, which stops where it can not write, and for what runs. */
const SPARE_BYTES = 64 * 1_048_576

/** Refuses what would fill the disk of this folder, before the first byte of it is written. */
export async function requireRoom(folder: string, bytes: number) {
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize - bytes < SPARE_BYTES) throw storageFull()
}
