import { type FileHandle, mkdir, open, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { diskFailure, isMissing } from '../../platform/files/failure.ts'
import type { Log } from '../../platform/log.ts'
import { Refusal } from '../../platform/refusal.ts'
import { keepTogether, type PendingChunk, type Tape, type TapeOwner, type Tapes, takenOver } from './tape.ts'

/** A power cut loses at most so much. A killed process loses nothing: what is written is the system's. */
const SYNC_MS = 150
const BLOCK_BYTES = 256 * 1024
/** One entry of the index: where a chunk ends. So its length is the number of the next chunk. */
const ENTRY = 8

/** Sound in `<folder>/<session>.pcm`, with the ends of its chunks in `.idx` beside it. */
export function fileTapes(folder: string, log: Log): Tapes {
  const pathOf = (id: string, ending: 'pcm' | 'idx') => join(folder, `${id}.${ending}`)

  return {
    async open(session) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const sound = await open(pathOf(session.id, 'pcm'), 'a+', 0o600)
      const index = await open(pathOf(session.id, 'idx'), 'a+', 0o600)
      const kept = await wholeChunks(sound, index)
      if (kept.bytes < session.kept_bytes) {
        await Promise.all([sound.close(), index.close()])
        throw lyingElsewhere()
      }
      return fileTape(session.id, sound, index, kept, log)
    },
    async *blocks(session, range) {
      const sound = await open(pathOf(session.id, 'pcm'), 'r').catch((error) => {
        if (isMissing(error)) return null
        throw error
      })
      if (!sound) {
        if (session.kept_bytes > 0) throw lyingElsewhere()
        return
      }
      try {
        const end = Math.min(range?.to ?? Number.POSITIVE_INFINITY, (await sound.stat()).size)
        for (let at = range?.from ?? 0; at < end; at += BLOCK_BYTES)
          yield await readAt(sound, at, Math.min(end, at + BLOCK_BYTES))
      } finally {
        await sound.close()
      }
    },
    async length(session) {
      const found = await stat(pathOf(session.id, 'pcm')).catch(() => null)
      if (!found && session.kept_bytes > 0) throw lyingElsewhere()
      return found ? found.size - (found.size % 2) : 0
    },
    async remove(id) {
      await rm(pathOf(id, 'pcm'), { force: true })
      await rm(pathOf(id, 'idx'), { force: true })
    },
  }
}

const lyingElsewhere = () =>
  new Refusal(
    'unavailable',
    'The sound of this recording lies on another server, which does not answer now. Try again.',
  )

/** What a killed writer left: the chunks that are there whole. A half-written one goes. */
async function wholeChunks(sound: FileHandle, index: FileHandle) {
  const size = (await sound.stat()).size
  const entry = Buffer.alloc(ENTRY)
  for (let nextSeq = Math.floor((await index.stat()).size / ENTRY); ; nextSeq -= 1) {
    if (nextSeq > 0) await index.read(entry, 0, ENTRY, (nextSeq - 1) * ENTRY)
    const bytes = nextSeq > 0 ? Number(entry.readBigUInt64LE()) : 0
    if (bytes > size) continue
    await index.truncate(nextSeq * ENTRY)
    await sound.truncate(bytes)
    return { bytes, nextSeq }
  }
}

async function readAt(sound: FileHandle, from: number, to: number): Promise<Buffer> {
  const block = Buffer.alloc(Math.max(0, to - from))
  const { bytesRead } = await sound.read(block, 0, block.length, from)
  return block.subarray(0, bytesRead)
}

function fileTape(
  id: TapeOwner['id'],
  sound: FileHandle,
  index: FileHandle,
  { bytes, nextSeq }: { bytes: number; nextSeq: number },
  log: Log,
): Tape {
  let pending: PendingChunk[] = []
  let waiting = 0
  let writing: Promise<void> | null = null
  let syncing: Promise<void> | null = null
  let syncTimer: NodeJS.Timeout | undefined
  let closed = false

  const sync = () => {
    syncTimer = undefined
    syncing = Promise.all([sound.datasync(), index.datasync()])
      .then(() => {})
      .catch((error: NodeJS.ErrnoException) =>
        log.error({ session: id, code: error.code }, 'live audio was not synced'),
      )
  }

  /** All that waits, in one write; on failure the files are as before. */
  async function write(batch: readonly PendingChunk[]) {
    const ends = Buffer.alloc(batch.length * ENTRY)
    let end = bytes
    for (const [at, { pcm }] of batch.entries()) {
      end += pcm.length
      ends.writeBigUInt64LE(BigInt(end), at * ENTRY)
    }
    try {
      await sound.appendFile(Buffer.concat(batch.map((it) => it.pcm)))
      await index.appendFile(ends)
    } catch (error) {
      await sound.truncate(bytes).catch(() => {})
      await index.truncate(nextSeq * ENTRY).catch(() => {})
      throw diskFailure(error)
    }
    bytes = end
    nextSeq += batch.length
    syncTimer ??= setTimeout(sync, SYNC_MS)
  }

  async function drain() {
    while (pending.length > 0) {
      const taken = pending
      pending = []
      const kept = await keepTogether(taken, tape, write)
      waiting -= kept
    }
    writing = null
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
        writing ??= drain()
      }),
    read: (from, to) => readAt(sound, from, Math.min(to, bytes)),
    async close() {
      if (closed) return
      closed = true
      await writing
      clearTimeout(syncTimer)
      await syncing
      sync()
      await syncing
      await Promise.all([sound.close(), index.close()])
    },
  }
  return tape
}
