import { Readable } from 'node:stream'
import { makeZip } from 'client-zip'
import { eq } from 'drizzle-orm'
import type { AccountData } from '../features/identity/index.ts'
import type { Db } from '../platform/database/connect.ts'
import { doomedFiles, users } from '../platform/database/schema/index.ts'
import type { Files } from '../platform/files/port.ts'
import type { Log } from '../platform/log.ts'

export interface ExportedFile {
  path: string
  content: string | Uint8Array<ArrayBuffer> | AsyncIterable<Uint8Array<ArrayBuffer>>
}

/** One feature's share of what a person takes along. */
export type ExportPart = (userId: string) => AsyncIterable<ExportedFile>

interface AccountDataOptions {
  db: Db
  files: Files
  parts: readonly ExportPart[]
  log: Log
}

/** Gathers everything about a person into one zip, file by file; and removes everything, rows first. */
export function accountData({ db, files, parts, log }: AccountDataOptions): AccountData {
  async function* entries(userId: string, profile: Record<string, unknown>) {
    const lastModified = new Date()
    yield { name: 'profile.json', input: JSON.stringify(profile, null, 2), lastModified }
    for (const part of parts)
      for await (const { path, content } of part(userId)) yield { name: path, input: content, lastModified }
  }

  return {
    exportOf: async (userId, profile) => Readable.fromWeb(makeZip(entries(userId, profile)) as never),
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
