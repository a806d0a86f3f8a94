import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { staleLock, staleMigrations, staleOutputs } from './generated.mjs'
import { longFiles } from './lengths.mjs'

// Everything that can be told without running the product. `check.mjs` does all, `check.mjs types unused` those two.
// Prints only what is wrong, and counts in its last line.

const bin = (name) => join('node_modules', '.bin', name)

/** The output of a program that failed; nothing when it is content. */
const complaints =
  (root, program, ...args) =>
  async () => {
    const child = spawn(join(root, bin(program)), args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
    return child.exitCode === 0 ? '' : `${out}${err}`.trim() || `${program} ended with ${child.exitCode}`
  }

const quietly = ['--error-on-warnings', '--diagnostic-level=warn', '--max-diagnostics=100']
const boundaries = ['--only=style/noRestrictedImports', '--only=style/noProcessEnv']

export const checks = (root) => ({
  types: complaints(root, 'tsc', '--project', '.', '--pretty', 'false'),
  // Before the first page there is nothing to check, and the compiler calls that an error.
  'web-types': existsSync(join(root, 'web', 'src'))
    ? complaints(root, 'tsc', '--project', 'web', '--pretty', 'false')
    : async () => '',
  'journey-types': existsSync(join(root, 'server', 'test', 'browser'))
    ? complaints(root, 'tsc', '--project', 'server/test/browser', '--pretty', 'false')
    : async () => '',
  lint: complaints(root, 'biome', 'check', ...quietly),
  boundaries: complaints(root, 'biome', 'lint', ...boundaries, ...quietly),
  unused: complaints(root, 'knip', '--no-progress', '--no-config-hints'),
  migrations: () => staleMigrations(root),
  generated: () => staleOutputs(root),
  lock: () => staleLock(root),
  lengths: () => longFiles(root),
})

const runChecks = async (root, names) => {
  const all = checks(root)
  const unknown = names.filter((name) => !(name in all))
  if (unknown.length > 0) {
    console.error(`No such check: ${unknown.join(', ')}. There are: ${Object.keys(all).join(', ')}.`)
    return 2
  }
  let failed = 0
  const chosen = names.length > 0 ? names : Object.keys(all)
  for (const name of chosen) {
    const trouble = await all[name]()
    if (!trouble) continue
    failed += 1
    console.log(`${name}:\n${trouble}\n`)
  }
  console.log(`${chosen.length - failed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

// `--root` lets a test check a copy in which a fault was planted.
if (import.meta.main) {
  const [flag, folder] = process.argv.slice(2)
  const elsewhere = flag === '--root'
  const root = elsewhere ? resolve(folder) : resolve(import.meta.dirname, '..')
  process.exitCode = await runChecks(root, process.argv.slice(elsewhere ? 4 : 2))
}
