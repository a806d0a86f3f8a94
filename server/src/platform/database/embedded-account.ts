import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'

/** How PostgreSQL's programs are run: it refuses to run as root. */
export interface Account {
  /** Words before the program. */
  prefix: readonly string[]
  /** The user it runs as, where that is another than ours. */
  uid?: number
  gid?: number
}

/** A made-up user for PostgreSQL; outside the files stay root's own, so they work in root's private folders too. */
const mapped = ['unshare', '--user', '--map-user=1000', '--map-group=1000'] as const
/** Where user namespaces are denied, as in some containers: `nobody`, who must be able to reach the folders. */
const nobody = 65534

const canMap = (): boolean => spawnSync(mapped[0], [...mapped.slice(1), 'true'], { stdio: 'ignore' }).status === 0

export const chooseAccount = (cluster: string, mayMap: () => boolean = canMap): Account => {
  if (process.getuid?.() !== 0) return { prefix: [] }
  // A cluster that an ordinary user made, opened by root: run as that user, or PostgreSQL refuses its ownership.
  const owner = existsSync(cluster) ? statSync(cluster) : undefined
  if (owner && owner.uid !== 0) return { prefix: [], uid: owner.uid, gid: owner.gid }
  if (mayMap()) return { prefix: mapped }
  return { prefix: [], uid: nobody, gid: nobody }
}
