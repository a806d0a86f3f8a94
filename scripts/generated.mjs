import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'

const inFolder = (work) => {
  const folder = mkdtempSync(join(tmpdir(), 'mina-generated-'))
  try {
    return work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A schema that was changed without `drizzle-kit generate` would give a migration now. */
export const staleMigrations = async (root) => {
  const migrations = join(root, 'server', 'migrations')
  if (!existsSync(migrations)) return ''
  return inFolder((folder) => {
    const copy = join(folder, 'migrations')
    cpSync(migrations, copy, { recursive: true })
    const schema = join(root, 'server/src/platform/database/schema/index.ts')
    const kit = join(root, 'node_modules/drizzle-kit/bin.cjs')
    // It puts './' before the folder, whatever that is, and ends well whatever went wrong: only its word counts.
    const out = relative(root, copy)
    const args = [kit, 'generate', '--dialect=postgresql', `--schema=${schema}`, `--out=${out}`]
    const { stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    if (stdout.includes('No schema changes')) return ''
    const added = readdirSync(copy).some((name) => !existsSync(join(migrations, name)))
    return added
      ? 'the schema was changed without a migration: run npx drizzle-kit generate'
      : `drizzle-kit could not tell: ${stdout}${stderr}`
  })
}

/** What is written from the contract, and by what. A generator prints its file to standard output. */
const outputs = [
  { file: 'contract/openapi.json', generator: 'scripts/openapi.ts' },
  { file: 'docs/endpoints.md', generator: 'scripts/api-docs.ts' },
]

export const staleOutputs = async (root) =>
  outputs
    .filter(({ generator }) => existsSync(join(root, generator)))
    .map(({ file, generator }) => {
      const fresh = spawnSync(process.execPath, [join(root, generator)], {
        cwd: root,
        encoding: 'utf8',
        maxBuffer: 64e6,
      })
      if (fresh.status !== 0) return `${generator} failed: ${fresh.stderr}`
      const kept = existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : ''
      return kept === fresh.stdout ? '' : `${file} is stale: run node ${generator} > ${file}`
    })
    .filter(Boolean)
    .join('\n')

/** Whether the lock names all that `npm ci` would install, for every system: npm writes it whole only where nothing is installed. */
export const staleLock = async (root) => {
  const { status, stderr } = spawnSync(
    'npm',
    ['ci', '--dry-run', '--offline', '--ignore-scripts', '--loglevel=error'],
    {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  return status === 0 ? '' : `package-lock.json is not whole: run npm install --package-lock-only\n${stderr}`
}
