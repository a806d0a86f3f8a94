import type { PgBoss } from 'pg-boss'
import type { JobDefinition } from './job.ts'

/** Work of a killed worker is to go on within 15 s: of them silence takes 7, the look-out 1, and a retry waits for up to 2. */
const SILENT_SECONDS = 7
/** The least that pg-boss lets itself be told. What it goes by is the row of the queue, which is then told less. */
const LEAST_HEARTBEAT_SECONDS = 10
const DAY_SECONDS = 86_400

const wanted = (it: JobDefinition) => ({
  retryLimit: it.retries,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 300,
  expireInSeconds: Math.min(it.expireSeconds, DAY_SECONDS - 1),
  deleteAfterSeconds: 7 * DAY_SECONDS,
  notify: true,
})

/** Makes the queues of these definitions, and changes only what is not so already: hardly any start has to. */
export async function defineQueues(boss: PgBoss, definitions: readonly JobDefinition[]) {
  const names = new Set<string>()
  for (const { name } of definitions) {
    if (names.has(name)) throw new Error(`Two job definitions are named ${name}.`)
    names.add(name)
  }
  const queues = new Map((await boss.getQueues([...names])).map((it) => [it.name, it]))
  const schedules = new Map((await boss.getSchedules()).map((it) => [it.name, it]))

  for (const it of definitions) {
    const { name, schedule } = it
    const options = wanted(it)
    const known = queues.get(name)
    const asked = Object.entries({ ...options, heartbeatSeconds: SILENT_SECONDS })
    if (!known || asked.some(([field, value]) => known[field as keyof typeof known] !== value)) {
      const settings = { ...options, heartbeatSeconds: LEAST_HEARTBEAT_SECONDS }
      await (known ? boss.updateQueue(name, settings) : boss.createQueue(name, settings))
      await boss
        .getDb()
        .executeSql('update pgboss.queue set heartbeat_seconds = $1 where name = $2', [SILENT_SECONDS, name])
    }
    if (schedule && schedules.get(name)?.cron !== schedule) await boss.schedule(name, schedule, {}, { tz: 'UTC' })
  }
}
