import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { attachment } from './attachment.ts'
import { checkedKey, checkedPrefix } from './key.ts'
import type { FileSource, Files, OpenedFile } from './port.ts'
import { metRange } from './range.ts'
import { asked, createClient, failure, isAbsent, type S3Options, statusOf } from './s3-client.ts'
import { expectFailure, measure, spool, sweepSpool } from './spool.ts'
import { fetchVerified, openOnce, type RemoteBody } from './verified.ts'

/** Files in an S3 bucket. The hash that we made ourselves lies beside each, and a whole read is held against it. */
export const createS3Files = (options: S3Options): Files => {
  const { bucket, tempDir, partBytes = 5 * 1024 * 1024 } = options
  const client = createClient(options)
  const at = (key: string) => ({ Bucket: bucket, Key: checkedKey(key) })

  const upload = async (key: string, path: string, sha256: string) => {
    const body = createReadStream(path)
    const work = new Upload({
      client,
      params: { ...at(key), Body: body, ContentType: 'application/octet-stream', Metadata: { sha256 } },
      partSize: partBytes,
      // Parts wait in memory: two at a time, of the smallest size allowed, keep that small whatever the size of the file.
      queueSize: 2,
    })
    await work.done().finally(() => body.destroy())
  }

  const put = async (key: string, source: FileSource) => {
    if ('path' in source) {
      const stored = await measure(source)
      await upload(key, source.path, stored.sha256)
      return stored
    }
    const { path, size, sha256, release } = await spool(tempDir, source.body, source.size)
    await upload(key, path, sha256).finally(release)
    return { size, sha256 }
  }

  const get = async (key: string, range?: string): Promise<(RemoteBody & { contentRange?: string }) | null> => {
    try {
      const answer = await client.send(new GetObjectCommand({ ...at(key), ...(range && { Range: range }) }))
      if (!(answer.Body instanceof Readable)) throw new TypeError('The storage answered without a body')
      return {
        body: answer.Body,
        size: answer.ContentLength ?? 0,
        sha256: answer.Metadata?.sha256,
        ...(answer.ContentRange && { contentRange: answer.ContentRange }),
      }
    } catch (error) {
      if (isAbsent(error)) return null
      throw error
    }
  }

  const head = (key: string) =>
    client.send(new HeadObjectCommand(at(key))).catch((error) => {
      if (isAbsent(error)) return null
      throw error
    })

  const openRange = async (key: string, range: { start: number; end?: number }): Promise<OpenedFile | null> => {
    const found = await head(key)
    if (!found) return null
    const size = found.ContentLength ?? 0
    const met = metRange(range, size)
    if (!met) return { body: Readable.from([]), size }
    const part = await get(key, `bytes=${met.start}-${met.end}`)
    if (!part) return null
    // A server that ignores ranges, or a file replaced in between, must not pass for the part that was asked for.
    if (part.contentRange !== `bytes ${met.start}-${met.end}/${size}`) {
      part.body.destroy()
      throw new Error('The storage answered another part of the file')
    }
    return { body: expectFailure(part.body), size, range: met }
  }

  const whole = (key: string) => fetchVerified(tempDir, () => get(key), failure)

  async function* list(prefix: string): AsyncGenerator<{ key: string; size: number; modified: Date }> {
    let from: string | undefined
    do {
      const page = await asked(
        client.send(
          new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ...(from && { ContinuationToken: from }) }),
        ),
      )
      for (const it of page.Contents ?? [])
        if (it.Key) yield { key: it.Key, size: it.Size ?? 0, modified: it.LastModified ?? new Date(0) }
      from = page.IsTruncated ? page.NextContinuationToken : undefined
    } while (from)
  }

  const remove = (key: string) => client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))

  /** One by one: many S3-compatible servers disagree on the checksum that a bulk delete needs. */
  const removeAll = async (prefix: string) => {
    let batch: Promise<unknown>[] = []
    for await (const { key } of list(prefix)) {
      batch.push(remove(key))
      if (batch.length < 16) continue
      await Promise.all(batch)
      batch = []
    }
    await Promise.all(batch)
  }

  const sweepUploads = async (before: Date): Promise<number> => {
    const page = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket })).catch((error) => {
      // Not every S3-compatible server can list them; those clean up by themselves or by a rule of the bucket.
      if ([405, 501].includes(statusOf(error) ?? 0)) return null
      throw error
    })
    const stale = (page?.Uploads ?? []).filter((it) => it.Initiated && it.Initiated < before)
    for (const { Key, UploadId } of stale)
      await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }))
    return stale.length
  }

  return {
    kind: 's3',
    put: async (key, source) => asked(put(checkedKey(key), source)),
    async open(key, range) {
      if (range) return asked(openRange(key, range))
      const copy = await whole(checkedKey(key))
      return copy && openOnce(copy)
    },
    async stat(key) {
      const found = await asked(head(key))
      return found && { size: found.ContentLength ?? 0 }
    },
    toLocal: async (key) => whole(checkedKey(key)),
    async remove(key) {
      await asked(remove(checkedKey(key)))
    },
    removeAll: async (prefix) => asked(removeAll(checkedPrefix(prefix))),
    list: (prefix) => list(checkedPrefix(prefix)),
    async check() {
      await asked(put('mina/check', { body: Buffer.from('mina') }))
    },
    sweep: async (before) => (await sweepSpool(tempDir, before)) + (await asked(sweepUploads(before))),
    link: async (key, { seconds, filename }) =>
      getSignedUrl(
        client,
        new GetObjectCommand({
          ...at(key),
          ResponseContentType: 'application/octet-stream',
          ResponseContentDisposition: attachment(filename),
        }),
        { expiresIn: seconds },
      ),
  }
}
