import { createHash, randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Endpoint } from '@mina/contract'
import type { FastifyRequest } from 'fastify'
import type { ReceivedFile } from '../../access/route.ts'
import { requireRoom } from '../../platform/files/room.ts'
import { Refusal } from '../../platform/refusal.ts'

/** So much is written to disk at once; a network hands over a twentieth of it. */
const WRITTEN_AT_ONCE = 1_048_576
const MOST_FIELDS = 60
const MOST_FILES = 4

export interface Received {
  body: unknown
  files: ReceivedFile[]
  discard(): Promise<void>
}

const nothing = async () => {}
const plain = (body: unknown): Received => ({ body, files: [], discard: nothing })

const mb = (bytes: number) => `${Math.round((bytes / 1_048_576) * 10) / 10} MB`

const tooLarge = (most: number, read: number) =>
  new Refusal('too_large', `The file is larger than ${mb(most)}.`, { details: { limit_bytes: most, read_bytes: read } })

const storageFull = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOSPC'

/** Writes what arrives to disk, counting and hashing on the way; memory does not grow with size. */
async function spool(from: Readable, path: string, most: number): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256')
  let size = 0
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length
      if (size > most) return done(tooLarge(most, size))
      hash.update(chunk)
      done(null, chunk)
    },
  })
  try {
    await pipeline(from, measure, createWriteStream(path, { mode: 0o600, highWaterMark: WRITTEN_AT_ONCE }))
  } catch (error) {
    if (storageFull(error))
      throw new Refusal('storage_full', 'The disk of the server is full. Nothing was kept.', { cause: error })
    throw error
  }
  return { size, sha256: hash.digest('hex') }
}

interface BodyOptions {
  tempDir: string
  /** A form's field may be as long as a text. */
  mostFieldBytes: number
}

/** Reads a body in the way that the endpoint declares: JSON, a form, files with fields, or raw bytes. */
export function bodyReader({ tempDir, mostFieldBytes }: BodyOptions) {
  /** For what this request announces, if there is room for it; what is more than allowed is refused as it comes. */
  const folderFor = async ({ headers }: FastifyRequest, most: number) => {
    await mkdir(tempDir, { recursive: true, mode: 0o700 })
    await requireRoom(tempDir, Math.min(most, Number(headers['content-length'] ?? 0)))
    const path = join(tempDir, randomUUID())
    await mkdir(path, { mode: 0o700 })
    return path
  }

  async function multipart(request: FastifyRequest, most: number, keepFiles: boolean): Promise<Received> {
    const fields: Record<string, unknown> = Object.create(null)
    const files: ReceivedFile[] = []
    const path = await folderFor(request, most)
    const discard = () => rm(path, { recursive: true, force: true })
    try {
      const parts = request.parts({
        limits: {
          fieldNameSize: 200,
          fieldSize: mostFieldBytes,
          fields: MOST_FIELDS,
          files: MOST_FILES,
          parts: MOST_FIELDS + MOST_FILES,
          fileSize: most + 1,
        },
      })
      for await (const part of parts) {
        if (part.type === 'field') {
          if (part.valueTruncated)
            throw new Refusal('too_long', `${part.fieldname}: is longer than ${mb(mostFieldBytes)}.`)
          const name = part.fieldname.replace(/\[\]$/, '')
          if (part.fieldname.endsWith('[]')) fields[name] = [...((fields[name] as unknown[]) ?? []), part.value]
          else fields[name] = part.value
          continue
        }
        if (!keepFiles) {
          part.file.resume()
          continue
        }
        const target = join(path, String(files.length))
        const stored = await spool(part.file, target, most)
        files.push({ field: part.fieldname, filename: part.filename ?? '', path: target, ...stored })
      }
      return { body: fields, files, discard }
    } catch (error) {
      await discard()
      const code = (error as { code?: string }).code
      if (code === 'FST_REQ_FILE_TOO_LARGE') throw tooLarge(most, most + 1)
      if (code?.startsWith('FST_') && code.endsWith('_LIMIT'))
        throw new Refusal('bad_request', 'The form has too many parts.')
      if (error instanceof Refusal) throw error
      throw new Refusal('bad_request', 'The upload broke off, or is not a valid multipart form.', { cause: error })
    }
  }

  async function raw(request: FastifyRequest, most: number): Promise<Received> {
    const path = await folderFor(request, most)
    const discard = () => rm(path, { recursive: true, force: true })
    try {
      const target = join(path, '0')
      const stored = await spool(request.body as Readable, target, most)
      return {
        body: undefined,
        files: stored.size ? [{ field: '', filename: '', path: target, ...stored }] : [],
        discard,
      }
    } catch (error) {
      await discard()
      throw error
    }
  }

  return async (request: FastifyRequest, endpoint: Endpoint, most: number): Promise<Received> => {
    const consumes = endpoint.consumes ?? 'json'
    const takesFiles = consumes === 'multipart' || consumes === 'json-or-multipart'
    if (request.isMultipart()) {
      if (takesFiles || consumes === 'form' || consumes === 'json-or-form')
        return await multipart(request, most, takesFiles)
      throw new Refusal('bad_request', 'Send the body as application/json.')
    }
    const { body } = request
    const isStream = typeof (body as Readable | undefined)?.pipe === 'function'
    if (consumes === 'raw') return isStream ? await raw(request, most) : plain(body)
    if (isStream) {
      ;(body as Readable).resume()
      // An endpoint that asks for a file says itself what is missing.
      if (takesFiles) return plain({})
      throw new Refusal('bad_request', consumes === 'json' ? 'Request must be JSON' : 'Send the body as a form.')
    }
    const isForm = (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')
    if (isForm && consumes === 'json') throw new Refusal('bad_request', 'Request must be JSON')
    return plain(body)
  }
}

export type BodyReader = ReturnType<typeof bodyReader>
