import type { ConversationEvent } from '@mina/contract'
import type { Db } from '../../platform/database/connect.ts'
import { inTransaction } from '../../platform/database/transaction.ts'
import type { Progress } from '../../speech/port.ts'
import { positionOf, soFar } from './completeness.ts'
import { NotOurs } from './failures.ts'
import type { StoredProgress, TranscriptRepository, Work } from './repository.ts'
import type { Heard } from './vocabulary.ts'

const EVERY_MS = 1_000
const MOST_WAITING = 200

export type Tell = (userId: string, kind: 'conversation', data: ConversationEvent, tx: Db) => Promise<void>

interface WriterOptions {
  db: Db
  repository: TranscriptRepository
  tell: Tell
  work: Work
  /** Where this attempt begins in the recording. */
  from_ms: number
  duration_ms: number
  /** The work can not go on: somebody took it away, or the database refuses. */
  onLost: (error: Error) => void
}

/**
 * Keeps what is heard as it comes, at most once a second: segments, how far the work is, and the news of both, in one
 * transaction. Each write begins where the last one ended, or this worker is out: two can never write the same piece.
 */
export function createWriter({ db, repository, tell, work, from_ms, duration_ms, onLost }: WriterOptions) {
  const { transcript, conversation } = work
  const isRead = conversation.transcript_id === transcript.id
  const began = performance.now()
  let waiting: Heard[] = []
  let position = from_ms
  let kept = from_ms
  let heard_s = 0
  let told: string | null = null
  let last = Number.NEGATIVE_INFINITY
  let busy: Promise<void> = Promise.resolve()
  let ended = false

  const progress = (phase: StoredProgress['phase']): StoredProgress => {
    const at = Math.max(position, Math.min(duration_ms, from_ms + heard_s * 1000))
    const took = (performance.now() - began) / 1000
    const speed = took > 0.2 && at > from_ms ? (at - from_ms) / 1000 / took : null
    return {
      percent: Math.min(99, Math.round((at / duration_ms) * 1000) / 10),
      speed: speed && Math.round(speed * 10) / 10,
      left_s: speed && Math.ceil((duration_ms - at) / 1000 / speed),
      phase,
    }
  }

  /** Throws unless this very pass is still to be written, from where we left it. */
  async function hold(tx: Db) {
    const now = await repository.load(transcript.id, tx, true)
    if (now?.transcript.status !== 'running' || positionOf(now.transcript.completeness) !== kept) throw new NotOurs()
    return now
  }

  async function write() {
    const some = waiting
    const shown = progress(isRead ? 'transcribing' : 'improving')
    if (some.length === 0 && JSON.stringify(shown) === told) return
    const reached = position
    await inTransaction(db, async (tx) => {
      await hold(tx)
      const first = await repository.append(transcript, conversation.user_id, some, tx)
      await repository.update(transcript.id, { completeness: soFar(reached, duration_ms) }, tx)
      await repository.updateConversation(conversation.id, { progress: shown }, tx)
      await tell(
        conversation.user_id,
        'conversation',
        {
          id: conversation.id,
          status: 'processing',
          progress: shown,
          ...(isRead && some.length > 0 && { segments_from_idx: first }),
        },
        tx,
      )
    })
    waiting = waiting.slice(some.length)
    kept = Math.min(reached, duration_ms)
    told = JSON.stringify(shown)
    last = performance.now()
  }

  const flush = () => {
    busy = busy.then(write)
    return busy
  }
  const timer = setInterval(() => {
    if (performance.now() - last >= EVERY_MS) flush().catch(onLost)
  }, EVERY_MS)

  return {
    hold,
    progress: (it: Progress) => {
      heard_s = it.audio_s
    },

    async add(it: Heard) {
      if (ended) throw new NotOurs()
      waiting.push({
        ...it,
        start_ms: it.start_ms + from_ms,
        end_ms: it.end_ms + from_ms,
        ...(it.words && {
          words: it.words.map((word) => ({
            ...word,
            start_ms: word.start_ms + from_ms,
            end_ms: word.end_ms + from_ms,
          })),
        }),
      })
      position = Math.max(position, Math.round(it.end_ms + from_ms))
      if (performance.now() - last >= EVERY_MS || waiting.length >= MOST_WAITING) await flush()
    },

    flush,

    /** No write begins after this. */
    async end() {
      ended = true
      clearInterval(timer)
      await busy.catch(() => {})
    },
  }
}

export type Writer = ReturnType<typeof createWriter>
