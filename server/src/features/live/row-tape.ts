import { eq, sql } from 'drizzle-orm'
import type { Db } from '../../platform/database/connect.ts'
import { isDiskFull, isUnavailable } from '../../platform/database/errors.ts'
import { liveChunks, liveSessions } from '../../platform/database/schema/index.ts'
import { storageFull } from '../../platform/files/failure.ts'
import { Refusal } from '../../platform/refusal.ts'
import { keepTogether, type PendingChunk, type Tape, type TapeOwner, type Tapes, takenOver } from './tape.ts'

/** Chunks of so long a time are committed together. */
const BATCH_MS = 150

/**
 * Sound in rows of PostgreSQL, for storage that can not be appended to: one row a batch, numbered by its first chunk.
 * The statement that writes a row checks the writer's fence, so that an older writer can not come between.
 */
export function rowTapes(db: Db): Tapes {
  async function* blocks(id: string, from: number, to: number) {
    const rows = await db
      .select({ seq: liveChunks.seq, length: sql<number>`octet_length(${liveChunks.pcm})` })
      .from(liveChunks)
      .where(eq(liveChunks.session_id, id))
      .orderBy(liveChunks.seq)
    let start = 0
    for (const { seq, length } of rows) {
      const end = start + length
      if (end > from && start < to) {
        const [row] = await db
          .select({ pcm: liveChunks.pcm })
          .from(liveChunks)
          .where(sql`${liveChunks.session_id} = ${id} and ${liveChunks.seq} = ${seq}`)
        if (row) yield row.pcm.subarray(Math.max(0, from - start), Math.min(length, to - start))
      }
      start = end
    }
  }

  return {
    open: async (session) => rowTape(db, session, blocks),
    blocks: (session, range) => blocks(session.id, range?.from ?? 0, range?.to ?? Number.POSITIVE_INFINITY),
    async length(session) {
      const [row] = await db
        .select({ bytes: liveSessions.kept_bytes })
        .from(liveSessions)
        .where(eq(liveSessions.id, session.id))
      return row?.bytes ?? 0
    },
    async remove(id) {
      await db.delete(liveChunks).where(eq(liveChunks.session_id, id))
    },
  }
}

const failure = (error: unknown) =>
  isDiskFull(error)
    ? storageFull(error)
    : isUnavailable(error)
      ? new Refusal('unavailable', 'The database does not answer at the moment. Send the chunk again.', {
          cause: error,
        })
      : error

function rowTape(
  db: Db,
  session: TapeOwner,
  blocks: (id: string, from: number, to: number) => AsyncIterable<Buffer>,
): Tape {
  let bytes = session.kept_bytes
  let nextSeq = session.next_seq
  let pending: PendingChunk[] = []
  let waiting = 0
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()
  let closed = false

  async function write(batch: readonly PendingChunk[]) {
    const pcm = Buffer.concat(batch.map((it) => it.pcm))
    const { rowCount } = (await db.execute(sql`
      with mine as (
        update live_sessions set next_seq = ${nextSeq + batch.length}, kept_bytes = ${bytes + pcm.length}
        where id = ${session.id} and fence = ${session.fence} and next_seq = ${nextSeq} returning id
      ) insert into live_chunks (session_id, seq, pcm) select id, ${nextSeq}::int, ${pcm}::bytea from mine`)) as unknown as {
      rowCount: number
    }
    if (rowCount === 0) return await lookAgain()
    bytes += pcm.length
    nextSeq += batch.length
  }

  /** A commit whose answer was lost counts: the client sends those chunks again, and they are known. */
  async function lookAgain() {
    const [row] = await db.select().from(liveSessions).where(eq(liveSessions.id, session.id))
    if (!row || row.fence !== session.fence) throw takenOver()
    bytes = row.kept_bytes
    nextSeq = row.next_seq
    throw new Refusal('unavailable', 'The database was away for a moment. Send the chunk again.')
  }

  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    const taken = pending
    pending = []
    if (taken.length === 0) return writing
    writing = writing.then(async () => {
      const kept = await keepTogether(taken, tape, (batch) =>
        write(batch).catch((error: unknown) => {
          throw failure(error)
        }),
      )
      waiting -= kept
    })
    return writing
  }

  const tape: Tape = {
    get bytes() {
      return bytes
    },
    get nextSeq() {
      return nextSeq
    },
    get waiting() {
      return waiting
    },
    append: (seq, pcm) =>
      new Promise((kept, failed) => {
        if (closed) return failed(takenOver())
        waiting += pcm.length
        pending.push({ seq, pcm, kept, failed })
        timer ??= setTimeout(flush, BATCH_MS)
      }),
    async read(from, to) {
      const parts: Buffer[] = []
      for await (const part of blocks(session.id, from, Math.min(to, bytes))) parts.push(part)
      return Buffer.concat(parts)
    },
    async close() {
      closed = true
      await flush()
    },
  }
  return tape
}
