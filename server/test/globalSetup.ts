import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { openEmbedded } from '../src/platform/database/embedded.ts'
import { enterUsers } from '../src/platform/database/embedded-users.ts'
import { silentLog } from '../src/platform/log.ts'

declare module 'vitest' {
  interface ProvidedContext {
    databaseFolder: string
  }
}

/** A place for the run's one database. The first test that asks for a database starts it; the end of the run stops it. */
export default (project: TestProject) => {
  const folder = mkdtempSync(join(tmpdir(), 'mina-tests-'))
  // As a user of it this process keeps it running between one test file and the next.
  const users = enterUsers(join(folder, 'postgres-users'))
  project.provide('databaseFolder', folder)
  return async () => {
    users.leave()
    if (existsSync(join(folder, 'postgres'))) {
      const embedded = await openEmbedded({ dataDir: folder, log: silentLog })
      await embedded.close()
    }
    rmSync(folder, { recursive: true, force: true })
  }
}
