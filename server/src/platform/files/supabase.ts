import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { checkedKey, checkedPrefix } from './key.ts'
import type { FileSource, Files, OpenedFile } from './port.ts'
import { metRange } from './range.ts'
import { expectFailure, measure, spool, sweepSpool } from './spool.ts'
import { asked, createBucketClient, failure, isAbsent, type SupabaseOptions } from './supabase-client.ts'
import { fetchVerified, openOnce, type RemoteBody } from './verified.ts'

const orNull = (error: unknown) => {
  if (isAbsent(error)) return null
  throw error
}

const isFolder = (entry: { id: string | null }) => entry.id === null

/** Files in a bucket of Supabase Storage, through its own client. Hash and checks are as for S3. */
export const createSupabaseFiles = (options: SupabaseOptions): Files => {
  const { tempDir } = options
  const files = createBucketClient(options)

  const upload = async (key: string, path: string, sha256: string, size: number) => {
    await asked(async () => {
      const body = createReadStream(path)
      try {
        return await files().upload(key, body, {
          upsert: true,
          contentType: 'application/octet-stream',
          cacheControl: '0',
          duplex: 'half',
          headers: { 'content-length': String(size) },
          metadata: { sha256 },
        })
      } finally {
        body.destroy()
      }
    })
  }

  const put = async (key: string, source: FileSource) => {
    if ('path' in source) {
      const stored = await measure(source)
      await upload(key, source.path, stored.sha256, stored.size)
      return stored
    }
    const { path, size, sha256, release } = await spool(tempDir, source.body, source.size)
    await upload(key, path, sha256, size).finally(release)
    return { size, sha256 }
  }

  const info = async (key: string) => {
    const found = await asked(() => files().info(key)).catch(orNull)
    if (!found) return null
    const sha256 = found.metadata?.sha256
    return { size: found.size ?? 0, sha256: typeof sha256 === 'string' ? sha256 : undefined }
  }

  const stream = async (key: string, range?: string) => {
    const body = await asked(() => files(range).download(key).asStream())
    return expectFailure(Readable.fromWeb(body as never))
  }

  const whole = (key: string) =>
    fetchVerified(
      tempDir,
      async (): Promise<RemoteBody | null> => {
        const found = await info(key)
        const body = found && (await stream(key).catch(orNull))
        return found && body && { ...found, body }
      },
      failure,
    )

  const openRange = async (key: string, range: { start: number; end?: number }): Promise<OpenedFile | null> => {
    const found = await info(key)
    if (!found) return null
    const met = metRange(range, found.size)
    if (!met) return { body: Readable.from([]), size: found.size }
    const body = await stream(key, `bytes=${met.start}-${met.end}`).catch(orNull)
    return body && { body, size: found.size, range: met }
  }

  /** Listing goes folder by folder; a folder is an entry without an id. */
  async function* list(prefix: string): AsyncGenerator<{ key: string; size: number; modified: Date }> {
    const limit = 1000
    for (let offset = 0; ; offset += limit) {
      const page = await asked(() => files().list(prefix.slice(0, -1), { limit, offset })).catch((error) => {
        throw failure(error)
      })
      for (const entry of page) {
        const key = `${prefix}${entry.name}`
        if (isFolder(entry)) yield* list(`${key}/`)
        else if (!entry.name.startsWith('.'))
          yield { key, size: Number(entry.metadata?.size ?? 0), modified: new Date(entry.updated_at ?? 0) }
      }
      if (page.length < limit) return
    }
  }

  const removeKeys = async (keys: string[]) => {
    for (let at = 0; at < keys.length; at += 500) await asked(() => files().remove(keys.slice(at, at + 500)))
  }

  const removeAll = async (prefix: string) => {
    const keys: string[] = []
    // Paging counts from the start, so nothing may go before the list is whole.
    for await (const { key } of list(prefix)) keys.push(key)
    await removeKeys(keys)
  }

  const told = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error) => {
      throw failure(error)
    })

  return {
    kind: 'supabase',
    put: async (key, source) => told(put(checkedKey(key), source)),
    async open(key, range) {
      if (range) return told(openRange(checkedKey(key), range))
      const copy = await whole(checkedKey(key))
      return copy && openOnce(copy)
    },
    async stat(key) {
      const found = await told(info(checkedKey(key)))
      return found && { size: found.size }
    },
    toLocal: async (key) => whole(checkedKey(key)),
    remove: async (key) => told(removeKeys([checkedKey(key)])),
    removeAll: async (prefix) => told(removeAll(checkedPrefix(prefix))),
    list: (prefix) => list(checkedPrefix(prefix)),
    async check() {
      await told(put('mina/check', { body: Buffer.from('mina') }))
    },
    sweep: (before) => sweepSpool(tempDir, before),
    async link(key, { seconds, filename }) {
      const signed = await told(asked(() => files().createSignedUrl(checkedKey(key), seconds)))
      // The client's own `download` option encodes names beyond ASCII twice.
      const url = new URL(signed.signedUrl)
      url.searchParams.set('download', filename)
      return url.href
    },
  }
}
