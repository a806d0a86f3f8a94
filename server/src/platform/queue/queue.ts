import { sql } from 'drizzle-orm'
import { fromDrizzle, type JobWithMetadata, PgBoss } from 'pg-boss'
import type { z } from 'zod'
import type { Database, Db } from '../database/connect.ts'
import { isQueryFailure } from '../database/errors.ts'
import type { Log } from '../log.ts'
import { counter, gauge, histogram } from '../metrics.ts'
import { queueConnections } from './connections.ts'
import { defineQueues } from './define.ts'
import { Hopeless, type JobDefinition, type JobHandler } from './job.ts'
import { startLookOut } from './look-out.ts'

const SUPERVISE_SECONDS = 5
const SIGN_OF_LIFE_SECONDS = 2

const finished = counter('mina_jobs_finished_total', 'Background jobs by how they ended.', ['queue', 'outcome'])
const running = gauge('mina_jobs_running', 'Background jobs at work in this process.', ['queue'])
const seconds = histogram('mina_job_seconds', 'Time of one attempt.', [0.1, 1, 10, 60, 600, 3_600], ['queue'])

/** What the row of a failed attempt says. Programs and queries that break quote what they were at: words that people said. */
const noted = (error: Error) => {
  const quotes = isQueryFailure(error) || [TypeError, RangeError, SyntaxError].some((it) => error instanceof it)
  return quotes ? `It broke in an unforeseen way (${error.name}).` : error.message
}

/** One attempt at a job, and how it ended. */
async function carryOut({ definition, handle }: JobHandler, it: JobWithMetadata<unknown>, log: Log) {
  const { name } = definition
  const { id, retryCount, retryLimit, signal } = it
  const attempt = retryCount + 1
  const lastAttempt = retryCount >= retryLimit
  running.inc({ queue: name })
  const done = seconds.startTimer({ queue: name })
  try {
    await handle(definition.payload.parse(it.data) as never, { id, attempt, lastAttempt, signal })
    finished.inc({ queue: name, outcome: 'done' })
    return { id, status: 'completed' as const }
  } catch (error) {
    // Set aside at once where another attempt can not help; its reason is for people to read.
    const terminal = error instanceof Hopeless || lastAttempt
    finished.inc({ queue: name, outcome: terminal ? 'failed' : 'retry' })
    log.warn({ queue: name, job: id, attempt, error: (error as Error).name }, 'a job failed')
    const status = error instanceof Hopeless ? ('deadletter' as const) : ('failed' as const)
    return { id, status, output: { message: noted(error as Error) } }
  } finally {
    done()
    running.dec({ queue: name })
  }
}

interface QueueOptions {
  database: Database
  log: Log
}

export interface SendOptions {
  /** The transaction that writes what the job is about: both become true together. */
  tx?: Db
  /** Higher goes first. */
  priority?: number
  /** Whose turn it uses up. */
  userId?: string
  /** While one with this key waits or runs, another is not added. */
  key?: string
  after?: Date | number
}

/** The one queue: jobs are rows of our PostgreSQL, enqueued with the rows they belong to. */
export async function openQueue({ database, log }: QueueOptions) {
  const { connections, close } = queueConnections(database)
  const boss = new PgBoss({
    db: connections,
    schema: 'pgboss',
    useListenNotify: true,
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    // Whoever finds a silent worker has its queue looked at now, not at the next round.
    monitorIntervalSeconds: 1,
    cronMonitorIntervalSeconds: 10,
  })
  boss.on('error', (error) => log.warn({ error: error.name }, 'the job queue stumbled'))
  await boss.start()

  const workers = new Map<string, string[]>()
  let lookOut: ReturnType<typeof startLookOut> | undefined

  return {
    /** Makes the queues. Before it, nothing can be sent: features are built with the queue and bring their jobs. */
    define: (definitions: readonly JobDefinition[]) => defineQueues(boss, definitions),

    /** The job's id, or null where one with this key is there already. */
    async send<P extends z.ZodType>(definition: JobDefinition<P>, payload: z.input<P>, options: SendOptions = {}) {
      const { tx, priority, userId, key, after } = options
      return await boss.send(definition.name, payload as object, {
        ...(tx && { db: fromDrizzle(tx as never, sql as never) }),
        ...(priority !== undefined && { priority }),
        ...(userId && { group: { id: userId } }),
        ...(key && { singletonKey: key }),
        ...(after !== undefined && { startAfter: after }),
      })
    },

    cancel: (name: string, id: string) => boss.cancel(name, id),
    retry: (name: string, id: string) => boss.retry(name, id),
    boss,

    async work(it: JobHandler) {
      const { name, concurrency, perUser } = it.definition
      const mine: string[] = []
      workers.set(name, mine)
      lookOut ??= startLookOut({
        db: connections,
        log,
        queues: () => [...workers.keys()],
        wake(due) {
          for (const worker of workers.get(due) ?? []) boss.notifyWorker(worker)
        },
        takeBack: (silent) => boss.supervise(silent),
      })
      // pg-boss wants as many places in one worker as a user may take.
      const places = perUser ?? 1
      const options = {
        localConcurrency: places,
        ...(perUser !== undefined && { localGroupConcurrency: perUser }),
        // Notifications and the look-out wake it. Where pg-boss can not listen, it asks by itself.
        pollingIntervalSeconds: 1,
        notifyPollingIntervalSeconds: 30,
        includeMetadata: true,
        perJobResults: true,
        heartbeatRefreshSeconds: SIGN_OF_LIFE_SECONDS,
      } as const
      for (let started = 0; started < concurrency; started += places) {
        const worker: string = await boss.work(name, options, async ([job]) => {
          const results = job ? [await carryOut(it, job, log)] : []
          // The next job is taken at once: left to itself, a worker takes one a second.
          boss.notifyWorker(worker)
          return results
        })
        mine.push(worker)
      }
    },

    /** Running jobs get so long to end; what does not is taken up elsewhere after its heartbeat stops. */
    async stop(timeoutMs = 10_000) {
      lookOut?.stop()
      await boss.stop({ graceful: true, timeout: timeoutMs })
      await close()
    },
  }
}

export type Queue = Awaited<ReturnType<typeof openQueue>>
