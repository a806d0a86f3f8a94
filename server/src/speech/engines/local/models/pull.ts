import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { SpeechError } from '../../../errors.ts'
import { type DownloadProgress, download } from './download.ts'
import { installedAt, type Manifest, manifestName, readManifest } from './installed.ts'
import { type ModelEntry, releases } from './registry.ts'

const execute = promisify(execFile)

export interface PullOptions {
  modelsDir: string
  /** Another place with the same layout below it. */
  mirror?: string | undefined
  onProgress?: (progress: DownloadProgress) => void
  signal?: AbortSignal
}

export interface Pulled {
  folder: string
  sha256: string
  checked: Manifest['checked'] | 'present'
}

const refuse = (message: string) => new SpeechError('local', 'unavailable', message)

/** Fetches a model, proves it, unpacks it aside and puts it in place in one step: a model is there whole or not at all. */
export async function pullModel(entry: ModelEntry, options: PullOptions): Promise<Pulled> {
  const { modelsDir, mirror = releases } = options
  const present = installedAt(entry, modelsDir)
  if (present) return { folder: present, sha256: readManifest(present)?.sha256 ?? '', checked: 'present' }
  await mkdir(modelsDir, { recursive: true })
  const archive = join(modelsDir, '.downloads', basename(entry.asset))
  const sha256 = await download(`${mirror.replace(/\/+$/, '')}/${entry.asset}`, archive, options)
  const checked = await verify(entry, sha256, modelsDir, archive)
  const draft = join(modelsDir, `.draft-${randomUUID()}`)
  try {
    const unpacked = entry.asset.endsWith('.onnx') ? await single(archive, draft) : await unpack(archive, draft, entry)
    const files: Record<string, number> = {}
    for (const file of Object.values(entry.files)) {
      const size = await stat(join(unpacked, file)).then(
        (it) => (it.isFile() ? it.size : 0),
        () => 0,
      )
      if (size === 0)
        throw refuse(
          `The download of ${entry.name} lacks the file ${file}; the registry of this version of Mina does not fit it.`,
        )
      files[file] = size
    }
    const manifest: Manifest = { asset: entry.asset, sha256, checked, files }
    await writeFile(join(unpacked, manifestName), JSON.stringify(manifest, null, 2))
    const folder = join(modelsDir, entry.name)
    await rm(folder, { recursive: true, force: true })
    await rename(unpacked, folder)
    await removeDownload(archive)
    return { folder, sha256, checked }
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

const removeDownload = async (archive: string) => {
  await rm(archive, { force: true })
  await rm(`${archive}.etag`, { force: true })
}

/** Against the registry's checksum, or, where it has none, against what the first download on this machine was. */
async function verify(
  entry: ModelEntry,
  sha256: string,
  modelsDir: string,
  archive: string,
): Promise<Manifest['checked']> {
  const pinsPath = join(modelsDir, 'pins.json')
  const pins = await readFile(pinsPath, 'utf8').then(
    (text) => JSON.parse(text) as Record<string, string>,
    () => ({}) as Record<string, string>,
  )
  const expected = entry.sha256 ?? pins[entry.asset]
  if (expected !== undefined && expected !== sha256) {
    await removeDownload(archive)
    const against = entry.sha256 ? 'the registry' : 'the first download of it here (pins.json in the folder of models)'
    throw refuse(`The download of ${entry.name} is not the file that ${against} names, and was thrown away.`)
  }
  if (entry.sha256) return 'registry'
  if (!pins[entry.asset]) {
    const draft = `${pinsPath}.${randomUUID()}`
    await writeFile(draft, JSON.stringify({ ...pins, [entry.asset]: sha256 }, null, 2))
    await rename(draft, pinsPath)
  }
  return 'first download'
}

async function single(archive: string, draft: string) {
  await mkdir(draft)
  await copyFile(archive, join(draft, basename(archive)))
  return draft
}

async function unpack(archive: string, draft: string, entry: ModelEntry): Promise<string> {
  const tar = async (...args: string[]) => {
    try {
      return await execute('tar', args, {
        maxBuffer: 10_000_000,
        env: { PATH: '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin', LC_ALL: 'C' },
      })
    } catch (cause) {
      throw new SpeechError(
        'local',
        'unavailable',
        `The archive of ${entry.name} could not be unpacked. Is it whole, and are tar and bzip2 installed?`,
        { cause },
      )
    }
  }
  const { stdout } = await tar('-tjf', archive)
  const strange = stdout.split('\n').find((name) => name.startsWith('/') || name.split('/').includes('..'))
  if (strange !== undefined)
    throw refuse(`The archive of ${entry.name} names files outside its own folder, and was not unpacked.`)
  await mkdir(draft)
  await tar('-xjf', archive, '-C', draft, '--no-same-owner', '--no-same-permissions')
  const folder = (await readdir(draft)).includes(entry.folder) ? join(draft, entry.folder) : draft
  return folder
}

/** Removes what a pull put there; a folder that somebody else laid out is left alone. */
export async function removeModel(entry: ModelEntry, modelsDir: string): Promise<'removed' | 'absent' | 'not ours'> {
  const folder = installedAt(entry, modelsDir) ?? join(modelsDir, entry.name)
  const there = await stat(folder).catch(() => undefined)
  if (!there) return 'absent'
  if (!readManifest(folder)) return 'not ours'
  await rm(folder, { recursive: true })
  return 'removed'
}
