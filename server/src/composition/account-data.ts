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
  async function* entries(userId: string) {
    const lastModified = new Date()
    for (const part of parts)
      for await (const { path, content } of part(userId)) yield { name: path, input: content, lastModified }
  }

  return {
    exportOf: async (userId) => Readable.fromWeb(makeZip(entries(userId)) as never),
    erase,
  }
}
