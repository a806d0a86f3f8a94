import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Account } from './embedded-account.ts'
import type { Binaries } from './embedded-binaries.ts'
import { isAlive } from './embedded-process.ts'
import { ended, explainFailure, spawnAs } from './embedded-programs.ts'
import { DatabaseStartError } from './errors.ts'

/** Makes the data folder and answers where its cluster stands, links resolved. */
export const clusterFolder = (dataDir: string): string => {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    return join(realpathSync(dataDir), 'postgres')
  } catch (cause) {
    const message = `The data folder ${dataDir} can not be used: ${(cause as Error).message}. Set MINA_DATA_DIR to a folder that you own.`
    throw new DatabaseStartError(message, { cause })
  }
}

export const hasCluster = (cluster: string): boolean => {
  if (existsSync(join(cluster, 'PG_VERSION'))) return true
  if (existsSync(cluster) && readdirSync(cluster).length > 0)
    throw new DatabaseStartError(
      `The database in ${cluster} is damaged (PG_VERSION is missing). Nothing was changed: restore the folder from a backup, or move it aside to begin with an empty one.`,
    )
  return false
}

/**
 * A new cluster is made beside its place and moved there whole. So a start that is killed leaves no half-made cluster,
 * and of two starts at once one wins and the other uses what the first made.
 */
export const createCluster = async (cluster: string, account: Account, binaries: Binaries): Promise<void> => {
  sweepUnfinished(cluster)
  const unfinished = `${cluster}.new-${process.pid}-${randomBytes(4).toString('hex')}`
  try {
    mkdirSync(unfinished, { mode: 0o700 })
    if (account.uid !== undefined) {
      chownSync(unfinished, account.uid, account.gid ?? account.uid)
      chmodSync(dirname(cluster), 0o711)
    }
    const args = ['-D', unfinished, '-U', 'mina', '-A', 'trust', '-E', 'UTF8', '--no-instructions']
    // Sorting and letters by PostgreSQL's own tables: an update of the system's library can not damage indexes.
    const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
    const child = spawnAs(account, binaries.initdb, [...args, ...locale], 'pipe')
    const [errors] = await Promise.all([text(child.stderr!), text(child.stdout!), ended(child)])
    if (child.exitCode !== 0) throw new DatabaseStartError(explainFailure(errors))
    renameSync(unfinished, cluster)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return
    if (error instanceof DatabaseStartError) throw error
    throw new DatabaseStartError(explainFailure((error as Error).message), { cause: error })
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}

const sweepUnfinished = (cluster: string): void => {
  for (const name of readdirSync(dirname(cluster))) {
    const maker = /^postgres\.new-(\d+)-/.exec(name)?.[1]
    if (maker && !isAlive(Number(maker))) rmSync(join(dirname(cluster), name), { recursive: true, force: true })
  }
}
