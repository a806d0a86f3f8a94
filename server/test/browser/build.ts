import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '../../..')

async function newest(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const times = await Promise.all(
    entries.filter((it) => it.isFile()).map(async (it) => (await stat(join(it.parentPath, it.name))).mtimeMs),
  )
  return Math.max(0, ...times)
}

/** The journeys use what people use: the app as it is built. Built anew only when a source is younger. */
export default async () => {
  const built = join(root, 'web/dist/sw.js')
  const sources = ['web/src', 'web/build', 'web/public', 'contract/src'].map((it) => newest(join(root, it)))
  const pages = (await readdir(join(root, 'web'), { withFileTypes: true }))
    .filter((it) => it.isFile())
    .map(async (it) => (await stat(join(root, 'web', it.name))).mtimeMs)
  const changed = Math.max(...(await Promise.all([...sources, ...pages])))
  if (existsSync(built) && (await stat(built)).mtimeMs > changed) return
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  await promisify(execFile)(process.execPath, [vite, 'build', '--config', join(root, 'web/vite.config.ts')], {
    cwd: root,
  })
}
