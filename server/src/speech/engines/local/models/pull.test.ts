import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { engineFiles, installedAt } from './installed.ts'
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

/** A release host with the real layout: assets below their release's name, ranges, tags. */
const server = createServer((request, answer) => {
  const body = assets.get(request.url!.slice(1))
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

const archived = async (entry: ModelEntry, content = 'model', extra: string[] = []) => {
  const build = await mkdtemp(join(root, 'build-'))
  const inside = join(build, entry.folder)
  await mkdir(inside, { recursive: true })
  for (const file of Object.values(entry.files))
    await writeFile(join(inside, file), `${content} ${file} ${'x'.repeat(5000)}`)
  const archive = join(build, 'archive.tar.bz2')
  await execute('tar', ['-cjf', archive, '-C', build, entry.folder, ...extra])
  assets.set(entry.asset, await readFile(archive))
  return createHash('sha256')
    .update(await readFile(archive))
    .digest('hex')
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
    await archived(tiny)
    const progress: number[] = []
    const { checked } = await pull(tiny, { onProgress: ({ bytes }: { bytes: number }) => void progress.push(bytes) })
    expect(checked).toBe('first download')
    expect(progress.at(-1)).toBe(assets.get(tiny.asset)!.length)
    const folder = installedAt(tiny, modelsDir)!
    expect(basename(folder)).toBe('whisper-tiny')
    expect((await readdir(modelsDir)).filter((name) => !['.downloads', 'pins.json'].includes(name))).toEqual([
      'whisper-tiny',
    ])
    expect(await readdir(join(modelsDir, '.downloads'))).toEqual([])
    expect(chooseModel(modelsDir, undefined, 'it')).toMatchObject({ name: 'whisper-tiny' })
    expect(engineFiles(tiny, folder, { language: 'it' }).config).toMatchObject({
      modelConfig: {
        whisper: { encoder: join(folder, 'tiny-encoder.int8.onnx'), language: 'it' },
        tokens: join(folder, 'tiny-tokens.txt'),
      },
    })
    expect((await pull(tiny)).checked).toBe('present')
    expect(await removeModel(tiny, modelsDir)).toBe('removed')
    expect(installedAt(tiny, modelsDir)).toBeUndefined()
  })

  test('a broken download goes on where it stopped', async () => {
    await archived(tiny)
    breakAt = 40
    await expect(pull(tiny, hangUp)).rejects.toMatchObject({ code: 'unavailable', retryable: true })
    expect(installedAt(tiny, modelsDir)).toBeUndefined()
    await pull(tiny)
    expect(ranges[1]).toMatch(/^bytes=[1-9]/)
    expect(installedAt(tiny, modelsDir)).toBeDefined()
  })

  test('a file that changed in between is fetched anew, not mixed', async () => {
    await archived(tiny)
    breakAt = 40
    await expect(pull(tiny, hangUp)).rejects.toThrow()
    await archived(tiny, 'other')
    await pull(tiny)
    expect(await readFile(join(modelsDir, 'whisper-tiny', 'tiny-tokens.txt'), 'utf8')).toMatch(/^other/)
  })

  test('a checksum of the registry that does not match throws the download away', async () => {
    const known = { ...tiny, sha256: 'f'.repeat(64) }
    await archived(tiny)
    await expect(pull(known)).rejects.toMatchObject({ message: expect.stringContaining('not the file') })
    expect(await readdir(join(modelsDir, '.downloads'))).toEqual([])
    expect((await pull({ ...tiny, sha256: await archived(tiny) })).checked).toBe('registry')
  })

  test('where no checksum is known the first one counts', async () => {
    await archived(tiny)
    await pull(tiny)
    await removeModel(tiny, modelsDir)
    await archived(tiny, 'changed')
    await expect(pull(tiny)).rejects.toMatchObject({ message: expect.stringContaining('first download') })
  })

  test('an archive that reaches out of its folder is not unpacked', async () => {
    await writeFile(join(root, 'outside'), 'x')
    await archived(tiny, 'model', ['-P', join(root, 'outside')])
    await expect(pull(tiny)).rejects.toMatchObject({ message: expect.stringContaining('outside its own folder') })
    expect(installedAt(tiny, modelsDir)).toBeUndefined()
  })

  test('a missing asset, a missing file and rubbish are told apart', async () => {
    await expect(pull(tiny)).rejects.toMatchObject({ message: expect.stringContaining('404') })
    assets.set(tiny.asset, Buffer.from('no archive'))
    await expect(pull(tiny)).rejects.toMatchObject({ message: expect.stringContaining('unpacked') })
  })

  test('a single file and every archive of the registry end where the engine looks for them', async () => {
    for (const entry of registry) {
      const any = { ...entry, sha256: null }
      if (entry.asset.endsWith('.onnx')) assets.set(entry.asset, Buffer.from('onnx'))
      else await archived(any)
      const { folder } = await pull(any)
      expect(installedAt(any, modelsDir)).toBe(folder)
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
