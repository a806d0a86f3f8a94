import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { copyFile, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { SpeechError } from '../../../errors.ts'
import { alone } from './alone.ts'
import { type DownloadProgress, download } from './download.ts'
import { installedAt, type Manifest, manifestName, readManifest } from './installed.ts'
import { type ModelEntry, releases } from './registry.ts'

const execute = promisify(execFile)

export interface PullOptions {
  modelsDir: string
  /** Another place with the same layout below it. */
  mirror?: string | undefined
  onProgress?: (progress: DownloadProgress) => void
  /** The download is whole and proved. */
  onUnpack?: () => void
  signal?: AbortSignal
}

export interface Pulled {
  folder: string
  /** False where it was here already. */
  fetched: boolean
}

const refuse = (message: string) => new SpeechError('local', 'unavailable', message)
const unfit = (entry: ModelEntry) =>
  refuse(`The download of ${entry.name} lacks a file that this version of Mina looks for in it.`)

/** Fetches a model where it is not here; two at once would write into the same half-finished download. */
export async function pullModel(entry: ModelEntry, options: PullOptions): Promise<Pulled> {
  const present = installedAt(entry, options.modelsDir)
  if (present) return { folder: present, fetched: false }
  const archive = join(options.modelsDir, '.downloads', basename(entry.asset))
  await mkdir(dirname(archive), { recursive: true })
  const folder = await alone(`${archive}.busy`, () => fetched(entry, archive, options))
  if (folder === null)
    throw refuse(`${entry.name} is being fetched already, by another process on this disk. Wait until that has ended.`)
  return { folder, fetched: true }
}

/** Proves the download, unpacks it aside and puts it in place in one step: a model is there whole or not at all. */
async function fetched(entry: ModelEntry, archive: string, options: PullOptions): Promise<string> {
  const { modelsDir, mirror = releases } = options
  const sha256 = await download(`${mirror.replace(/\/+$/, '')}/${entry.asset}`, archive, options)
  await verify(entry, sha256, archive)
  options.onUnpack?.()
  const draft = join(modelsDir, `.draft-${randomUUID()}`)
  try {
    const unpacked = entry.asset.endsWith('.onnx') ? await single(archive, draft) : await unpack(archive, draft, entry)
    const files: Record<string, number> = {}
    for (const file of Object.values(entry.files)) {
      const size = await stat(join(unpacked, file)).then(
        (it) => (it.isFile() ? it.size : 0),
        () => 0,
      )
      if (size === 0) throw unfit(entry)
      files[file] = size
    }
    const manifest: Manifest = { asset: entry.asset, sha256, files }
    await writeFile(join(unpacked, manifestName), JSON.stringify(manifest, null, 2))
    const folder = join(modelsDir, entry.name)
    await rm(folder, { recursive: true, force: true })
    await rename(unpacked, folder)
    await removeDownload(archive)
    return folder
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

const removeDownload = async (archive: string) => {
  await rm(archive, { force: true })
  await rm(`${archive}.etag`, { force: true })
}

/** Throws away what is not the file that the registry names. */
async function verify(entry: ModelEntry, sha256: string, archive: string): Promise<void> {
  if (entry.sha256 === sha256) return
  await removeDownload(archive)
  throw refuse(
    `The download of ${entry.name} is not the file that the registry names, and was thrown away. If it comes from a mirror, the mirror may be damaged.`,
  )
}

async function single(archive: string, draft: string) {
  await mkdir(draft)
  await copyFile(archive, join(draft, basename(archive)))
  return draft
}

/** Only the files that are loaded: archives bring test recordings and larger variants along. */
async function unpack(archive: string, draft: string, entry: ModelEntry): Promise<string> {
  await mkdir(draft)
  const wanted = Object.values(entry.files).map((file) => `${entry.folder}/${file}`)
  try {
    await execute('tar', ['-xjf', archive, '-C', draft, '--no-same-owner', '--no-same-permissions', ...wanted], {
      env: { PATH: '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin', LC_ALL: 'C' },
    })
  } catch (cause) {
    if (/not found in archive/i.test(String((cause as { stderr?: string }).stderr))) throw unfit(entry)
    throw new SpeechError(
      'local',
      'unavailable',
      `The archive of ${entry.name} could not be unpacked. Are tar and bzip2 installed, and is there room on the disk?`,
      { cause },
    )
  }
  return join(draft, entry.folder)
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
