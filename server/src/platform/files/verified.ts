import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { Refusal } from '../refusal.ts'
import { storageDamaged } from './failure.ts'
import type { OpenedFile } from './port.ts'
import { withRetries } from './retry.ts'
import { type SpooledFile, spool } from './spool.ts'

export interface RemoteBody {
  body: Readable
  size: number
  /** As we noted it when we stored the file; missing on files that somebody else put there. */
  sha256?: string | undefined
}

/** Fetches a whole file to disk and believes it only once size and hash are right. */
export const fetchVerified = (
  folder: string,
  fetch: () => Promise<RemoteBody | null>,
  failure: (error: unknown) => unknown,
): Promise<SpooledFile | null> =>
  withRetries(
    async () => {
      const remote = await fetch()
      if (!remote) return null
      const spooled = await spool(folder, remote.body, remote.size)
      if (!remote.sha256 || remote.sha256 === spooled.sha256) return spooled
      await spooled.release()
      throw storageDamaged()
    },
    // What `fetch` itself refused was retried by its own rules already.
    {
      attempts: 3,
      worthIt: (error) => !(error instanceof Refusal) || ['internal', 'bad_request'].includes(error.code),
    },
  ).catch((error) => {
    if (error instanceof Refusal && error.code !== 'bad_request') throw error
    throw failure(error)
  })

/** The name goes at once and the bytes with the last reader, so nothing is left behind whatever the reader does. */
export const openOnce = async (spooled: SpooledFile): Promise<OpenedFile> => {
  const handle = await open(spooled.path, 'r').finally(spooled.release)
  if (spooled.size > 0) return { body: handle.createReadStream(), size: spooled.size }
  await handle.close()
  return { body: Readable.from([]), size: 0 }
}
