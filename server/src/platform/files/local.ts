import { constants } from 'node:fs'
import { chmod, lstat, mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { diskFailure, isMissing, isOtherDisk } from './failure.ts'
import { checkedKey, checkedPrefix } from './key.ts'
import type { FileSource, Files, StoredFile } from './port.ts'
import { metRange } from './range.ts'
import { measure, spool, sweepSpool } from './spool.ts'

const orNull = (error: unknown) => {
  if (isMissing(error)) return null
  throw error
}

const sync = async (path: string) => {
  const handle = await open(path, constants.O_RDONLY)
  await handle.sync().finally(() => handle.close())
}

/** Files under one folder: written beside their place, synced, then renamed into it. */
export const createLocalFiles = ({ root }: { root: string }): Files => {
  const home = resolve(root)
  // Keys never begin with a dot, so this can not be anybody's file; being under the root, a rename is enough.
  const incoming = join(home, '.incoming')
  const pathOf = (key: string) => join(home, checkedKey(key))

  /** A rename is durable once its folder is, and a new folder once its parent is. */
  const syncParents = async (folder: string, firstNew: string) => {
    for (let it = folder; it.length >= firstNew.length; it = dirname(it)) await sync(dirname(it))
  }

  const settle = async (from: string, target: string, attempts = 5): Promise<void> => {
    const firstNew = await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    try {
      await rename(from, target)
    } catch (error) {
      // Somebody who removed the last neighbour has just removed the empty folder too.
      if (!isMissing(error) || attempts === 0 || !(await lstat(from).catch(orNull))) throw error
      return settle(from, target, attempts - 1)
    }
    await sync(dirname(target))
    if (firstNew) await syncParents(dirname(target), firstNew)
  }

  const move = async (source: { path: string; sha256?: string }, target: string): Promise<StoredFile> => {
    const found = await lstat(source.path)
    if (!found.isFile()) throw new TypeError('Only an ordinary file can be kept')
    const stored = await measure(source)
    await chmod(source.path, 0o600)
    await sync(source.path)
    await settle(source.path, target)
    return stored
  }

  const copy = async (source: string, target: string): Promise<StoredFile> => {
    const handle = await open(source, constants.O_RDONLY | constants.O_NOFOLLOW)
    const copied = await spool(incoming, handle.createReadStream())
    await settle(copied.path, target).catch(async (error) => {
      await copied.release()
      throw error
    })
    return { size: copied.size, sha256: copied.sha256 }
  }

  const put = async (target: string, source: FileSource): Promise<StoredFile> => {
    if ('path' in source)
      return move(source, target).catch((error) => {
        if (isOtherDisk(error)) return copy(source.path, target)
        throw error
      })
    const spooled = await spool(incoming, source.body, source.size)
    await settle(spooled.path, target).catch(async (error) => {
      await spooled.release()
      throw error
    })
    return { size: spooled.size, sha256: spooled.sha256 }
  }

  /** Empty folders say that somebody was here; they go, up to the root. */
  const prune = async (folder: string) => {
    for (let it = folder; it.length > home.length; it = dirname(it)) {
      const gone = await rmdir(it).then(
        () => true,
        () => false,
      )
      if (!gone) return
    }
  }

  async function* walk(folder: string, prefix: string): AsyncGenerator<{ key: string; size: number; modified: Date }> {
    const entries = (await readdir(folder, { withFileTypes: true }).catch(orNull)) ?? []
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) yield* walk(path, `${prefix}${entry.name}/`)
      const found = entry.isFile() && (await stat(path).catch(orNull))
      if (found) yield { key: `${prefix}${entry.name}`, size: found.size, modified: found.mtime }
    }
  }

  return {
    kind: 'local',
    async put(key, source) {
      return put(pathOf(key), source).catch((error) => {
        throw diskFailure(error)
      })
    },
    async open(key, range) {
      const handle = await open(pathOf(key), constants.O_RDONLY | constants.O_NOFOLLOW).catch(orNull)
      if (!handle) return null
      const found = await handle.stat()
      const size = found.size
      const met = range && metRange(range, size)
      if (!found.isFile() || size === 0 || (range && !met)) {
        await handle.close()
        return found.isFile() ? { body: Readable.from([]), size } : null
      }
      return { body: handle.createReadStream(met), size, ...(met && { range: met }) }
    },
    async stat(key) {
      const found = await stat(pathOf(key)).catch(orNull)
      return found?.isFile() ? { size: found.size } : null
    },
    async toLocal(key) {
      const path = pathOf(key)
      const found = await stat(path).catch(orNull)
      return found?.isFile() ? { path, release: async () => {} } : null
    },
    async remove(key) {
      const path = pathOf(key)
      await rm(path, { force: true })
      await prune(dirname(path))
    },
    async removeAll(prefix) {
      const folder = join(home, checkedPrefix(prefix))
      await rm(folder, { recursive: true, force: true, maxRetries: 3 })
      await prune(dirname(folder))
    },
    list: (prefix) => walk(join(home, checkedPrefix(prefix)), prefix),
    async check() {
      const probe = await spool(incoming, Buffer.from('mina'))
      await probe.release()
    },
    sweep: (before) => sweepSpool(incoming, before),
  }
}
