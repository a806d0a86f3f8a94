import type { Db } from 'pg-boss'
import type { Log } from '../log.ts'

const LOOK_OUT_MS = 1_000
/** Where pg-boss listens for work that came. It exports no name for the channel; a test notices when it changes. */
const CHANNEL = `'pgboss_' || left(encode(sha224('pgboss'::bytea), 'hex'), 24)`

/** Those of these queues where work is due: a retry whose time came, or what no place was free for. Notifies who listens. */
async function dueQueues(db: Db, queues: readonly string[]): Promise<string[]> {
  const { rows } = await db.executeSql(
    `select name, pg_notify(${CHANNEL}, name) from unnest($1::text[]) as queue (name)
     where exists (select 1 from pgboss.job where job.name = queue.name
       and job.state < 'active' and not job.blocked and job.start_after <= now())`,
    [queues],
  )
  return rows.map((it) => String(it.name))
}

/** Queues with work of people whose worker gave no sign of life for too long. By the index of what is at work: it is short. */
export async function silentQueues(db: Db): Promise<string[]> {
  const { rows } = await db.executeSql(
    `select distinct name from pgboss.job where state = 'active' and group_id is not null
       and heartbeat_on + heartbeat_seconds * interval '1 second' < now()`,
  )
  return rows.map((it) => String(it.name))
}

interface LookOut {
  db: Db
  log: Log
  /** Whose workers are in this process. Asked at every look. */
  queues: () => readonly string[]
  /** Behind a pooler of connections a notification may never arrive. */
  wake: (queue: string) => void
  takeBack: (queue: string) => Promise<unknown>
}

/**
 * Looks once a second, with two short statements, for all workers of this process: dozens that each ask for work every
 * second would keep an idle machine busy.
 */
export function startLookOut({ db, log, queues, wake, takeBack }: LookOut) {
  let looking = false
  const look = async () => {
    if (looking) return
    looking = true
    try {
      for (const queue of await dueQueues(db, queues())) wake(queue)
      for (const queue of await silentQueues(db)) await takeBack(queue)
    } catch (error) {
      log.debug({ error: (error as Error).name }, 'could not look for work that waits')
    } finally {
      looking = false
    }
  }
  const timer = setInterval(look, LOOK_OUT_MS).unref()
  return { stop: () => clearInterval(timer) }
}
