import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { brokenOff, diskFailure } from './failure.ts'
import type { LocalFile, StoredFile } from './port.ts'

export type SpooledFile = StoredFile & LocalFile

const suffix = '.part'

/** A stream may break before anybody reads it; without a listener that would end the process. Readers still see it. */
export const expectFailure = (body: Readable): Readable => body.on('error', () => {})

/** Reads all there is, hands on each piece, and knows number and hash of the bytes in the end. */
const consume = async (source: AsyncIterable<Buffer>, each: (chunk: Buffer) => unknown): Promise<StoredFile> => {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of source) {
    size += chunk.length
    hash.update(chunk)
    await each(chunk)
  }
  return { size, sha256: hash.digest('hex') }
}

/** What lies at a path, read only where nobody has done so already. */
export const measure = async (source: { path: string; sha256?: string }): Promise<StoredFile> =>
  source.sha256
    ? { size: (await stat(source.path)).size, sha256: source.sha256 }
    : consume(createReadStream(source.path), () => {})

const write = async (handle: FileHandle, body: Readable | Uint8Array): Promise<StoredFile> => {
  // A view is one chunk, not a list of numbers.
  const source = body instanceof Uint8Array ? Readable.from([Buffer.from(body)]) : body
  const stored = await consume(source, (chunk) => handle.writeFile(chunk))
  await handle.sync()
  return stored
}

/**
 * Brings bytes to disk, whole and synced, into a file of its own that nobody else can read. Gone again when anything
 * goes wrong: a full disk, a body that breaks off, another size than announced.
 */
export const spool = async (folder: string, body: Readable | Uint8Array, size?: number): Promise<SpooledFile> => {
  const path = join(folder, `${randomUUID()}${suffix}`)
  const release = () => rm(path, { force: true })
  if (!(body instanceof Uint8Array)) expectFailure(body)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const handle = await open(path, 'wx', 0o600)
    const stored = await write(handle, body).finally(() => handle.close())
    if (size !== undefined && size !== stored.size) throw brokenOff()
    return { ...stored, path, release }
  } catch (error) {
    if (!(body instanceof Uint8Array)) body.destroy()
    await release()
    throw diskFailure(error)
  }
}

/** Removes what a killed process left in the folder. */
export const sweepSpool = async (folder: string, before: Date): Promise<number> => {
  let removed = 0
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.endsWith(suffix)) continue
    const found = await stat(join(folder, name)).catch(() => null)
    if (!found || found.mtime >= before) continue
    await rm(join(folder, name), { force: true })
    removed++
  }
  return removed
}
