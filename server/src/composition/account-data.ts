import { PassThrough, Readable } from 'node:stream'
import ZipStream from 'zip-stream'
import { eq } from 'drizzle-orm'
import type { AccountData } from '../features/identity/index.ts'
import type { Db } from '../platform/database/connect.ts'
import { doomedFiles, users } from '../platform/database/schema/index.ts'
import type { Files } from '../platform/files/port.ts'
import type { Log } from '../platform/log.ts'

export interface ExportedFile {
  path: string
  content: string | Uint8Array | Readable
}

/** One feature's share of what a person takes along. */
export type ExportPart = (userId: string) => AsyncIterable<ExportedFile>

interface AccountDataOptions {
  db: Db
  files: Files
  parts: readonly ExportPart[]
  log: Log
}

const add = (zip: ZipStream, { path, content }: ExportedFile) =>
  new Promise<void>((done, failed) => {
    const source = content instanceof Readable ? content : Buffer.from(content as Uint8Array)
    zip.entry(source, { name: path }, (error) => (error ? failed(error) : done()))
  })

/** Gathers everything about a person into one zip, file by file; and removes everything, rows first. */
export function accountData({ db, files, parts, log }: AccountDataOptions): AccountData {
  async function write(zip: ZipStream, userId: string, profile: Record<string, unknown>) {
    await add(zip, { path: 'profile.json', content: JSON.stringify(profile, null, 2) })
    for (const part of parts) for await (const file of part(userId)) await add(zip, file)
    zip.finish()
  }

  return {
    async exportOf(userId, profile) {
      const zip = new ZipStream({ level: 6 })
      const out = new PassThrough()
      zip.on('error', (error: Error) => out.destroy(error))
      zip.pipe(out)
      write(zip, userId, profile).catch((error: Error) => {
        log.error({ user: userId, error: error.name }, 'an account export broke off')
        out.destroy(error)
      })
      return out
    },
    async erase(userId) {
      const prefix = `users/${userId}/`
      await db.transaction(async (tx) => {
        await tx.insert(doomedFiles).values({ storage_key: prefix }).onConflictDoNothing()
        await tx.delete(users).where(eq(users.id, userId))
      })
      try {
        await files.removeAll(prefix)
        await db.delete(doomedFiles).where(eq(doomedFiles.storage_key, prefix))
      } catch (error) {
        log.warn({ user: userId, error: (error as Error).name }, 'files of a deleted account wait for the sweep')
      }
    },
  }
}
