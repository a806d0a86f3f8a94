import { join } from 'node:path'
import type { z } from 'zod'
import type { Bus } from '../../platform/bus.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database/connect.ts'
import type { Files } from '../../platform/files/port.ts'
import type { Log } from '../../platform/log.ts'
import { handler, type JobDefinition } from '../../platform/queue/job.ts'
import type { SendOptions } from '../../platform/queue/queue.ts'
import type { Recognisers } from '../../speech/registry.ts'
import type { ConversationRow, Conversations } from '../conversations/index.ts'
import type { WordsOf } from '../transcripts/index.ts'
import type { LiveCost } from './cost.ts'
import { removingEmpty } from './empty.ts'
import { fileTapes } from './file-tape.ts'
import { finishing, type Improve } from './finish.ts'
import { finishSession } from './jobs.ts'
import { liveRepository } from './repository.ts'
import { rowTapes } from './row-tape.ts'
import { type LiveSettings, liveService, newProcessName } from './service.ts'
import { watching } from './watching.ts'

export type { ChunkAck } from './intake.ts'
export type { LiveService } from './service.ts'
export type { LiveSession } from './session.ts'
export type { Viewer } from './watching.ts'
export { noRoom, type Tell, type Told } from './wire.ts'

const DAY_MS = 86_400_000
/** Left sessions are looked for so often, in every process. */
const TEND_MS = 15_000

export type Enqueue = <P extends z.ZodType>(
  definition: JobDefinition<P>,
  payload: z.input<P>,
  options?: SendOptions,
) => Promise<unknown>

export interface LiveOptions {
  db: Db
  bus: Bus
  clock: Clock
  log: Log
  files: Files
  /** Sound of running sessions lies here where files are kept locally. */
  dataDir: string
  tempDir: string
  recognisers: Recognisers
  conversations: Pick<Conversations, 'open' | 'repository' | 'library'>
  settings: LiveSettings & { resumeDays: number }
  enqueue: Enqueue
  /** Pages that show this conversation should look again. */
  onChanged: (conversation: ConversationRow) => void
  onFinished: (conversation: ConversationRow) => Promise<void>
  /** An empty conversation was removed: pages forget it. */
  onRemoved: (userId: string, conversationId: string) => void
  /** Live words of this user have cost so much. */
  onCost: (userId: string, cost: LiveCost) => void
  improve: Improve
  wordsOf: WordsOf
}

export function createLive(options: LiveOptions) {
  const { db, bus, clock, log, files, recognisers, conversations, settings } = options
  const process = newProcessName()
  const repository = liveRepository(db)
  const tapes = files.kind === 'local' ? fileTapes(join(options.dataDir, 'live'), log) : rowTapes(db)
  const viewers = watching({ bus, process, log })
  const service = liveService({
    db,
    bus,
    clock,
    log,
    repository,
    tapes,
    watching: viewers,
    recognisers,
    conversations,
    settings,
    wordsOf: options.wordsOf,
    process,
    onChanged: options.onChanged,
    onCost: options.onCost,
    finishLater: (tx, row) =>
      options.enqueue(finishSession, { session_id: row.id }, { tx, userId: row.user_id, key: row.id }),
  })
  const removeEmpty = removingEmpty({ ...options, repository })
  const finish = finishing({ ...options, tapes, repository })

  async function tend() {
    await service.tend()
    const expired = await repository.expire(new Date(clock.now().getTime() - settings.resumeDays * DAY_MS))
    for (const { id } of expired) await tapes.remove(id)
    await removeEmpty()
  }
  const timer = setInterval(
    () => void tend().catch((error: Error) => log.warn({ error: error.name }, 'left sessions could not be looked for')),
    Math.min(TEND_MS, settings.orphanSeconds * 250),
  )

  return {
    service,
    watch: viewers.watch,
    tend,
    definitions: [finishSession],
    handlers: [handler(finishSession, ({ session_id }, context) => finish(session_id, context))],
    async close() {
      clearInterval(timer)
      await service.drain()
      service.close()
      viewers.close()
    },
  }
}

export type Live = ReturnType<typeof createLive>
