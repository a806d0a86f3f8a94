import { Readable } from 'node:stream'
import { makeZip } from 'client-zip'
import type { AccountData } from '../features/identity/index.ts'

export interface ExportedFile {
  path: string
  content: string | Uint8Array<ArrayBuffer> | AsyncIterable<Uint8Array<ArrayBuffer>>
}

/** One feature's share of what a person takes along. */
export type ExportPart = (userId: string) => AsyncIterable<ExportedFile>

interface AccountDataOptions {
  parts: readonly ExportPart[]
  erase: AccountData['erase']
}

/** Gathers everything about a person into one zip, file by file. */
export function accountData({ parts, erase }: AccountDataOptions): AccountData {
  async function* entries(userId: string, profile: Record<string, unknown>) {
    const lastModified = new Date()
    yield { name: 'profile.json', input: JSON.stringify(profile, null, 2), lastModified }
    for (const part of parts)
      for await (const { path, content } of part(userId)) yield { name: path, input: content, lastModified }
  }

  return {
    exportOf: async (userId, profile) => Readable.fromWeb(makeZip(entries(userId, profile)) as never),
    erase,
  }
}
