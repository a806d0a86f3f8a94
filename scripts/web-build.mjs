import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { wantedPackages } from './installation.mjs'

const skipped = new Set(['node_modules', 'dist', 'dev-dist'])

const addFolder = (hash, folder) => {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((one, other) => (one.name < other.name ? -1 : 1))
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (skipped.has(entry.name) || /\.test\.tsx?$/.test(entry.name)) continue
    if (entry.isDirectory()) addFolder(hash, path)
    else if (entry.isFile()) hash.update(path).update(readFileSync(path))
  }
}

const sourcesOf = (root) => {
  const hash = createHash('sha256').update(wantedPackages(root))
  addFolder(hash, join(root, 'web'))
  addFolder(hash, join(root, 'contract', 'src'))
  return hash.digest('hex')
}

/** Builds the web app when what it is made of has changed. */
export const ensureWebBuild = (root, say) => {
  if (!existsSync(join(root, 'web', 'index.html'))) return
  const wanted = sourcesOf(root)
  const dist = join(root, 'web', 'dist')
  const stamp = join(dist, '.built-from')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  say('Building the web app …')
  const { status, stdout, stderr } = spawnSync(
    join(root, 'node_modules', '.bin', 'node'),
    [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'],
    { cwd: join(root, 'web'), encoding: 'utf8', env: { ...process.env, NODE_ENV: 'production' } },
  )
  if (status !== 0) throw new Error(`The web app could not be built:\n${stdout}${stderr}`)
  mkdirSync(dist, { recursive: true })
  writeFileSync(stamp, wanted)
}
