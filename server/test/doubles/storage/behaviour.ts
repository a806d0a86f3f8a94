import { createHash, randomBytes } from 'node:crypto'
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Files } from '../../../src/platform/files/port.ts'
import { Refusal } from '../../../src/platform/refusal.ts'

export interface Bench {
  files: Files
  /** For the files that a test brings along. */
  folder: string
  /** How many half-written files lie about. */
  leftovers(): Promise<number>
  close(): Promise<void>
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

const keysOf = async (files: Files, prefix: string) => {
  const keys: string[] = []
  for await (const { key } of files.list(prefix)) keys.push(key)
  return keys.sort()
}

/** What every storage does, whoever keeps the bytes. */
export const behavesAsFiles = (name: string, start: () => Promise<Bench>) =>
  describe(`files: ${name}`, () => {
    let bench: Bench
    let files: Files
    beforeAll(async () => {
      bench = await start()
      files = bench.files
    })
    afterAll(() => bench.close())

    const read = async (key: string, range?: { start: number; end?: number }) => {
      const opened = await files.open(key, range)
      return opened && { ...opened, bytes: await buffer(opened.body) }
    }

    it('keeps what a stream brings and answers its size and hash', async () => {
      const bytes = randomBytes(300_000)
      const parts = [bytes.subarray(0, 7), bytes.subarray(7, 200_000), bytes.subarray(200_000)]
      const stored = await files.put('users/1/stream', { body: Readable.from(parts), size: bytes.length })
      expect(stored).toEqual({ size: bytes.length, sha256: sha256(bytes) })
      const found = await read('users/1/stream')
      expect(found?.size).toBe(bytes.length)
      expect(found?.bytes.equals(bytes)).toBe(true)
      expect(found?.range).toBeUndefined()
      expect(await files.stat('users/1/stream')).toEqual({ size: bytes.length })
    })

    it('keeps a file from the disk, with its hash given or not', async () => {
      const bytes = randomBytes(70_000)
      for (const given of [undefined, sha256(bytes)]) {
        const path = join(bench.folder, 'upload')
        await writeFile(path, bytes)
        const stored = await files.put('users/1/from-disk', { path, ...(given && { sha256: given }) })
        expect(stored).toEqual({ size: bytes.length, sha256: sha256(bytes) })
        expect((await read('users/1/from-disk'))?.bytes.equals(bytes)).toBe(true)
      }
    })

    it('keeps a file that is larger than one part of a multipart upload', async () => {
      const bytes = randomBytes(11 * 1024 * 1024 + 3)
      const stored = await files.put('users/1/large', { body: Readable.from([bytes]) })
      expect(stored.sha256).toBe(sha256(bytes))
      expect(sha256((await read('users/1/large'))?.bytes ?? Buffer.alloc(0))).toBe(stored.sha256)
      expect(sha256((await read('users/1/large', { start: 5_000_000 }))?.bytes ?? Buffer.alloc(0))).toBe(
        sha256(bytes.subarray(5_000_000)),
      )
    })

    it('keeps an empty file', async () => {
      expect(await files.put('users/1/empty', { body: new Uint8Array() })).toEqual({
        size: 0,
        sha256: sha256(Buffer.alloc(0)),
      })
      expect((await read('users/1/empty'))?.bytes.length).toBe(0)
      expect((await read('users/1/empty', { start: 0 }))?.range).toBeUndefined()
    })

    it('replaces a file as a whole', async () => {
      await files.put('users/1/twice', { body: Buffer.from('a long first text') })
      await files.put('users/1/twice', { body: Buffer.from('second') })
      expect((await read('users/1/twice'))?.bytes.toString()).toBe('second')
    })

    it('serves any part that is asked for', async () => {
      const bytes = randomBytes(1000)
      await files.put('users/1/parts', { body: bytes })
      const property = fc.asyncProperty(
        fc.nat(1200),
        fc.option(fc.nat(1200), { nil: undefined }),
        async (start, end) => {
          const found = await read('users/1/parts', { start, ...(end !== undefined && { end }) })
          const last = Math.min(end ?? 999, 999)
          expect(found?.size).toBe(1000)
          expect(found?.range).toEqual(start > last ? undefined : { start, end: last })
          expect(found?.bytes.equals(bytes.subarray(start, Math.max(start, last + 1)))).toBe(true)
        },
      )
      await fc.assert(property, {
        numRuns: 25,
        examples: [
          [0, undefined],
          [999, 999],
          [1000, undefined],
          [10, 9],
        ],
      })
    })

    it('lends a file to work that needs a path', async () => {
      const bytes = randomBytes(50_000)
      await files.put('users/1/lent', { body: bytes })
      const lent = await files.toLocal('users/1/lent')
      expect(lent && (await stat(lent.path)).size).toBe(50_000)
      await lent?.release()
      expect((await read('users/1/lent'))?.bytes.equals(bytes)).toBe(true)
    })

    it('answers null for what is not there', async () => {
      expect(await files.open('users/1/nothing')).toBeNull()
      expect(await files.open('users/1/nothing', { start: 5 })).toBeNull()
      expect(await files.stat('users/1/nothing')).toBeNull()
      expect(await files.toLocal('users/1/nothing')).toBeNull()
      await files.put('users/1/folder/file', { body: Buffer.from('x') })
      expect(await files.open('users/1/folder')).toBeNull()
      expect(await files.stat('users/1/folder')).toBeNull()
    })

    it('removes one file, and does so again without complaint', async () => {
      await files.put('users/2/gone', { body: Buffer.from('x') })
      await files.remove('users/2/gone')
      await files.remove('users/2/gone')
      expect(await files.stat('users/2/gone')).toBeNull()
    })

    it('lists and removes everything of one user and nothing of the next', async () => {
      const mine = [
        'users/3/a',
        'users/3/b/c',
        'users/3/b/d/e',
        ...Array.from({ length: 20 }, (_, at) => `users/3/many/${at}`),
      ]
      for (const key of [...mine, 'users/30/a', 'users/31/a']) await files.put(key, { body: Buffer.from(key) })
      expect(await keysOf(files, 'users/3/')).toEqual([...mine].sort())
      for await (const it of files.list('users/3/b/')) {
        expect(it.size).toBe(it.key.length)
        expect(Math.abs(Date.now() - it.modified.getTime())).toBeLessThan(120_000)
      }
      await files.removeAll('users/3/')
      await files.removeAll('users/3/')
      expect(await keysOf(files, 'users/3/')).toEqual([])
      expect(await keysOf(files, 'users/30/')).toEqual(['users/30/a'])
    })

    it('keeps nothing of a body that breaks off or has another size than announced', async () => {
      const broken = async function* () {
        yield Buffer.from('half')
        throw new Error('the client went away')
      }
      await expect(files.put('users/4/broken', { body: Readable.from(broken()) })).rejects.toThrow()
      const short = files.put('users/4/short', { body: Readable.from([Buffer.from('abc')]), size: 4 })
      await expect(short).rejects.toMatchObject({ code: 'bad_request' })
      expect(await keysOf(files, 'users/4/')).toEqual([])
      expect(await bench.leftovers()).toBe(0)
    })

    it('passes on that the disk is full, and keeps nothing', async () => {
      const full = async function* () {
        yield Buffer.from('half')
        throw Object.assign(new Error('no space left'), { code: 'ENOSPC' })
      }
      const refused = await files.put('users/4/full', { body: Readable.from(full()) }).catch((error: unknown) => error)
      expect(refused).toBeInstanceOf(Refusal)
      expect(refused).toMatchObject({ code: 'storage_full', status: 507 })
      expect(await files.stat('users/4/full')).toBeNull()
      expect(await bench.leftovers()).toBe(0)
    })

    it('takes no key that could lead elsewhere', async () => {
      const bad = [
        '',
        'one',
        '/etc/passwd',
        '../x/y',
        'users/../x',
        'users//x',
        'users/.x',
        'a/b\0c',
        'a/b\r\nc',
        'a/ö',
        'a/b c',
        'a\\b/c',
        'a/%2e',
        `a/${'x'.repeat(200)}`,
      ]
      for (const key of bad) {
        await expect(files.put(key, { body: Buffer.from('x') })).rejects.toThrow(TypeError)
        await expect(files.open(key)).rejects.toThrow(TypeError)
        await expect(files.toLocal(key)).rejects.toThrow(TypeError)
        await expect(files.remove(key)).rejects.toThrow(TypeError)
      }
      for (const prefix of ['', '/', 'users', 'users/../', '../', 'users//']) {
        await expect(files.removeAll(prefix)).rejects.toThrow(TypeError)
        await expect(keysOf(files, prefix)).rejects.toThrow(TypeError)
      }
    })

    it('says that it is ready, and leaves nothing but files behind', async () => {
      await files.check()
      expect(await bench.leftovers()).toBe(0)
    })
  })
