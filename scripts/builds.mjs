import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { wantedPackages } from './installation.mjs'

const skipped = new Set(['node_modules', 'dist', 'dev-dist'])

const addSources = (hash, path) => {
  if (!existsSync(path)) return
  const entries = readdirSync(path, { withFileTypes: true }).sort((one, other) => (one.name < other.name ? -1 : 1))
  for (const entry of entries) {
    const inside = join(path, entry.name)
    if (skipped.has(entry.name) || /\.test\.tsx?$/.test(entry.name)) continue
    if (entry.isDirectory()) addSources(hash, inside)
    else if (entry.isFile()) hash.update(inside).update(readFileSync(inside))
  }
}

/** Builds into `dist` when what it is made of has changed. */
const ensureBuild = (root, say, { name, dist, sources, args, cwd = root }) => {
  const hash = createHash('sha256').update(wantedPackages(root))
  for (const folder of sources) addSources(hash, join(root, folder))
  const wanted = hash.digest('hex')
  const stamp = join(root, dist, '.built-from')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  say(`Building ${name} …`)
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules', '.bin', 'node'), args, {
    ...{ cwd, encoding: 'utf8', env: { ...process.env, NODE_ENV: 'production' } },
  })
  if (status !== 0) throw new Error(`Mina could not build ${name}:\n${stdout}${stderr}`)
  mkdirSync(join(root, dist), { recursive: true })
  writeFileSync(stamp, wanted)
}

export const ensureServerBuild = (root, say) => {
  if (!existsSync(join(root, 'server', 'src'))) return
  ensureBuild(root, say, {
    name: 'the server',
    dist: 'server/dist',
    sources: ['server/src', 'contract/src', 'scripts'],
    args: [join(root, 'scripts', 'server-bundle.mjs')],
  })
}

export const ensureWebBuild = (root, say) => {
  if (!existsSync(join(root, 'web', 'index.html'))) return
  ensureBuild(root, say, {
    name: 'the web app',
    dist: 'web/dist',
    sources: ['web', 'contract/src'],
    args: [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'],
    cwd: join(root, 'web'),
  })
}
