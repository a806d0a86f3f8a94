import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { engineFiles, installedAt, manifestName } from './installed.ts'
import { pullModel, removeModel } from './pull.ts'
import { entryNamed, type ModelEntry, registry } from './registry.ts'
import { chooseModel } from './select.ts'

const execute = promisify(execFile)
let root: string
let modelsDir: string
let mirror: string
/** Bytes after which the server hangs up, once. */
let breakAt: number | undefined
let ranges: (string | undefined)[] = []
const assets = new Map<string, Buffer>()

/** A release host with the real layout: assets below their release's name, a redirect to the storage, ranges, tags. */
const server = createServer((request, answer) => {
  // Releases send their readers on to a storage with an address of its own.
  if (!request.url!.startsWith('/storage/')) return answer.writeHead(302, { location: `/storage${request.url}` }).end()
  const body = assets.get(request.url!.slice('/storage/'.length))
  ranges.push(request.headers.range)
  if (!body) return answer.writeHead(404).end()
  const etag = `"${createHash('md5').update(body).digest('hex')}"`
  const from =
    request.headers['if-range'] === etag ? Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0) : 0
  const rest = body.subarray(from)
  answer.writeHead(from > 0 ? 206 : 200, { etag, 'content-length': rest.length })
  if (breakAt === undefined) return answer.end(rest)
  // The test hangs up once it has seen these bytes arrive.
  answer.write(rest.subarray(0, breakAt))
  breakAt = undefined
})

interface Contents {
  content?: string
  /** Arguments for tar. */
  extra?: string[]
  /** Files that are never loaded. */
  beside?: string[]
}

const archived = async (entry: ModelEntry, { content = 'model', extra = [], beside = [] }: Contents = {}) => {
  const build = await mkdtemp(join(root, 'build-'))
  const inside = join(build, entry.folder)
  await mkdir(inside, { recursive: true })
  for (const file of [...Object.values(entry.files), ...beside])
    await writeFile(join(inside, file), `${content} ${file} ${'x'.repeat(5000)}`)
  const archive = join(build, 'archive.tar.bz2')
  await execute('tar', ['-cjf', archive, '-C', build, entry.folder, ...extra])
  return release(entry, await readFile(archive))
}
/** On the mirror, and known to the registry by its checksum. */
const release = (entry: ModelEntry, asset: Buffer): ModelEntry => {
  assets.set(entry.asset, asset)
  return { ...entry, sha256: createHash('sha256').update(asset).digest('hex') }
}
const tiny = entryNamed('whisper-tiny')!
const hangUp = { onProgress: () => server.closeAllConnections() }
const pull = (entry: ModelEntry, more = {}) => pullModel(entry, { modelsDir, mirror, ...more })

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'mina-models-'))
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
beforeEach(async () => {
  modelsDir = await mkdtemp(join(root, 'models-'))
  ranges = []
  assets.clear()
})
afterAll(async () => {
  await new Promise((closed) => server.close(closed))
  await rm(root, { recursive: true, force: true })
})

describe('fetching a model', () => {
  test('it is fetched, unpacked, in place and usable; progress is told; nothing else is left', async () => {
    const known = await archived(tiny)
    const progress: number[] = []
    const { fetched } = await pull(known, { onProgress: ({ bytes }: { bytes: number }) => void progress.push(bytes) })
    expect(fetched).toBe(true)
    expect(progress.at(-1)).toBe(assets.get(tiny.asset)!.length)
    const folder = installedAt(tiny, modelsDir)!
    expect(basename(folder)).toBe('whisper-tiny')
    expect((await readdir(modelsDir)).filter((name) => name !== '.downloads')).toEqual(['whisper-tiny'])
    expect(await readdir(join(modelsDir, '.downloads'))).toEqual([])
    expect(chooseModel(modelsDir, undefined, 'it')).toMatchObject({ name: 'whisper-tiny' })
    expect(engineFiles(tiny, folder, { language: 'it' }).config).toMatchObject({
      modelConfig: {
        whisper: { encoder: join(folder, 'tiny-encoder.int8.onnx'), language: 'it' },
        tokens: join(folder, 'tiny-tokens.txt'),
      },
    })
    expect((await pull(known)).fetched).toBe(false)
    expect(await removeModel(tiny, modelsDir)).toBe('removed')
    expect(installedAt(tiny, modelsDir)).toBeUndefined()
  })

  test('a broken download goes on where it stopped', async () => {
    const known = await archived(tiny)
    breakAt = 40
    await expect(pull(known, hangUp)).rejects.toMatchObject({ code: 'unavailable', retryable: true })
    expect(installedAt(tiny, modelsDir)).toBeUndefined()
    await pull(known)
    expect(ranges[1]).toMatch(/^bytes=[1-9]/)
    expect(installedAt(tiny, modelsDir)).toBeDefined()
  })

  test('of two at once one fetches it, and the other says so', async () => {
    const known = await archived(tiny)
    let second: Promise<unknown> | undefined
    await pull(known, {
      onProgress: () => {
        second ??= pull(known).catch((error: unknown) => error)
      },
    })
    expect(await second).toMatchObject({ code: 'unavailable', message: expect.stringContaining('fetched already') })
    expect(ranges).toHaveLength(1)
    expect(await readdir(join(modelsDir, '.downloads'))).toEqual([])
  })

  test('one that died in the middle is in nobody\u2019s way', async () => {
    const known = await archived(tiny)
    const mark = join(modelsDir, '.downloads', `${basename(tiny.asset)}.busy`)
    await mkdir(dirname(mark))
    await writeFile(mark, '')
    await expect(pull(known)).rejects.toMatchObject({ message: expect.stringContaining('fetched already') })
    const minuteAgo = new Date(Date.now() - 61_000)
    await utimes(mark, minuteAgo, minuteAgo)
    expect((await pull(known)).fetched).toBe(true)
  })

  test('a file that changed in between is fetched anew, not mixed', async () => {
    const known = await archived(tiny)
    breakAt = 40
    await expect(pull(known, hangUp)).rejects.toThrow()
    await pull(await archived(tiny, { content: 'other' }))
    expect(await readFile(join(modelsDir, 'whisper-tiny', 'tiny-tokens.txt'), 'utf8')).toMatch(/^other/)
  })

  test('what is not the file that the registry names is thrown away', async () => {
    const known = await archived(tiny)
    await expect(pull(tiny)).rejects.toMatchObject({ message: expect.stringContaining('not the file') })
    expect(await readdir(join(modelsDir, '.downloads'))).toEqual([])
    expect((await pull(known)).fetched).toBe(true)
  })

  test('only the files that are loaded come out of an archive, whatever else it names', async () => {
    await writeFile(join(root, 'outside'), 'x')
    const known = await archived(tiny, { extra: ['-P', join(root, 'outside')], beside: ['tiny-encoder.onnx', '0.wav'] })
    await rm(join(root, 'outside'))
    const { folder } = await pull(known)
    expect(await readdir(folder)).toEqual([manifestName, ...Object.values(tiny.files)].toSorted())
    expect(await readdir(root)).not.toContain('outside')
  })

  test('a missing asset, a missing file and rubbish are told apart', async () => {
    await expect(pull(tiny)).rejects.toMatchObject({ message: expect.stringContaining('404') })
    await expect(pull(release(tiny, Buffer.from('no archive')))).rejects.toMatchObject({
      message: expect.stringContaining('unpacked'),
    })
    const other = await archived({ ...tiny, files: { model: 'other.onnx' } })
    await expect(pull({ ...other, files: tiny.files })).rejects.toMatchObject({
      message: expect.stringContaining('lacks a file'),
    })
    expect(await readdir(modelsDir)).toEqual(['.downloads'])
  })

  test('a host that is not there is named, with the variable that names another', async () => {
    const gone = createServer()
    await new Promise<void>((ready) => gone.listen(0, '127.0.0.1', ready))
    const { port } = gone.address() as AddressInfo
    await new Promise((closed) => gone.close(closed))
    await expect(pull(tiny, { mirror: `http://127.0.0.1:${port}` })).rejects.toMatchObject({
      message: expect.stringMatching(/^127\.0\.0\.1:\d+ can not be reached.*MINA_MODEL_MIRROR/),
    })
  })

  test('a single file and every archive of the registry end where the engine looks for them', async () => {
    for (const entry of registry) {
      const known = entry.asset.endsWith('.onnx') ? release(entry, Buffer.from('onnx')) : await archived(entry)
      const { folder } = await pull(known)
      expect(installedAt(entry, modelsDir)).toBe(folder)
      expect(dirname(folder)).toBe(modelsDir)
    }
  })

  test('a folder laid out by hand, under the archive\u2019s own name, counts as well; half a one does not', async () => {
    const folder = join(modelsDir, tiny.folder)
    await mkdir(folder)
    await writeFile(join(folder, 'tiny-encoder.int8.onnx'), 'x')
    expect(installedAt(tiny, modelsDir)).toBeUndefined()
    for (const file of Object.values(tiny.files)) await writeFile(join(folder, file), 'x')
    expect(installedAt(tiny, modelsDir)).toBe(folder)
    expect(await removeModel(tiny, modelsDir)).toBe('not ours')
  })
})
