import type { Readiness } from '../doors/http/operations.ts'
import type { Files } from '../platform/files/port.ts'

const STORAGE_EVERY_MS = 5_000

interface ReadinessOptions {
  isAlive: () => boolean
  files: Files
  isDraining: () => boolean
  engineTrouble: () => string | null
}

/** What /readyz says. The database is watched all the time; storage is asked every few seconds at most. */
export function readiness({ isAlive, files, isDraining, engineTrouble }: ReadinessOptions) {
  let asked = { at: Number.NEGATIVE_INFINITY, ok: true }
  const storageOk = async () => {
    if (Date.now() - asked.at > STORAGE_EVERY_MS) {
      const ok = await files.check().then(
        () => true,
        () => false,
      )
      asked = { at: Date.now(), ok }
    }
    return asked.ok
  }
  return async (): Promise<Readiness> => {
    const down: string[] = []
    if (isDraining()) down.push('draining')
    if (!isAlive()) down.push('database')
    if (!(await storageOk())) down.push('storage')
    const degraded = engineTrouble() ? ['engine'] : []
    return { ok: down.length === 0, down, degraded }
  }
}
