import { randomUUID } from 'node:crypto'
import type { Principal } from '../../access/principal.ts'
import { type Probe, probe } from '../../audio/probe.ts'
import type { Db } from '../../platform/database/connect.ts'
import { inTransaction } from '../../platform/database/transaction.ts'
import { requireRoom } from '../../platform/files/room.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { ConversationRow } from '../conversations/index.ts'
import type { Tell, TranscriptRow, Transcripts, Wishes } from '../transcripts/index.ts'
import { shownName, titleOf } from './names.ts'
import type { Placing } from './placing.ts'
import type { RecordingRepository } from './repository.ts'

export type Owner = Pick<Principal, 'userId' | 'plan'>

/** A file on this machine's disk that its owner wants transcribed. It is moved away. */
export interface Arrived {
  path: string
  size: number
  sha256: string
  filename: string
}

/** What one acceptance takes of the month and of the space. */
export interface Claim {
  audio_seconds: number
  bytes: number
}

export interface AcceptOptions {
  db: Db
  placing: Placing
  repository: RecordingRepository
  transcripts: Transcripts
  tell: Tell
  /** Refuses with `quota_exceeded`; its rows are written in the same transaction. */
  reserve: (owner: Owner, claim: Claim, tx: Db) => Promise<void>
  /** Folders that must have room. */
  dataDir: string
  maxSeconds: number
  /** Short names of content types, such as mp3; empty allows all. */
  allowedTypes: readonly string[]
}

export interface Fields extends Wishes {
  title?: string | undefined
}

const waiting = { percent: 0, speed: null, left_s: null, phase: 'waiting' as const }
const uploading = { ...waiting, phase: 'uploading' as const }

/** How a recording comes into the house, whichever way it arrived: judged, moved to its place, queued. */
export function acceptService(options: AcceptOptions) {
  const { db, placing, repository, transcripts, tell, reserve, dataDir, maxSeconds, allowedTypes } = options

  async function judge(path: string, signal?: AbortSignal): Promise<Probe> {
    const probed = await probe(path, { maxSeconds, signal })
    if (allowedTypes.length > 0 && !allowedTypes.includes(probed.ending))
      throw new Refusal('unsupported_type', `This server takes only: ${allowedTypes.join(', ')}.`)
    return probed
  }

  const news = (row: ConversationRow, tx: Db) =>
    tell(
      row.user_id,
      'conversation',
      { id: row.id, status: row.status, progress: row.progress, title: row.title, failure: row.failure },
      tx,
    )

  /** The conversation that a recording will fill, with its first pass. */
  async function open(
    owner: Owner,
    it: Fields & { id: string; filename: string; source: 'upload' | 'link'; status: 'draft' | 'processing' },
    engine: string,
    tx: Db,
  ) {
    await repository.insertConversation(
      {
        id: it.id,
        user_id: owner.userId,
        title: it.title || titleOf(it.filename),
        status: it.status,
        source: it.source,
        language: it.language && it.language !== 'auto' ? it.language : null,
        progress: it.status === 'draft' || it.source === 'link' ? uploading : waiting,
      },
      tx,
    )
    const transcript = await transcripts.begin(it.id, { ...it, engine }, tx)
    const row = await repository.updateConversation(it.id, { transcript_id: transcript.id }, tx)
    return { conversation: row!, transcript }
  }

  /** Everything that becomes true when a recording is ours: its row, what it costs, its job, the news. */
  async function settle(
    owner: Owner,
    { conversation, transcript }: { conversation: ConversationRow; transcript: TranscriptRow },
    it: { key: string; file: Arrived; probed: Probe },
    tx: Db,
  ) {
    const { key, file, probed } = it
    await placing.claim(key, tx)
    await reserve(owner, { audio_seconds: probed.duration_ms / 1000, bytes: file.size }, tx)
    await repository.insert(
      {
        conversation_id: conversation.id,
        user_id: owner.userId,
        storage_key: key,
        filename: shownName(file.filename),
        media_type: probed.mime,
        size: file.size,
        sha256: file.sha256,
        duration_ms: probed.duration_ms,
        channels: probed.channels,
      },
      tx,
    )
    const row = await repository.updateConversation(
      conversation.id,
      { status: 'processing', progress: waiting, failure: null, duration_ms: probed.duration_ms },
      tx,
    )
    await transcripts.enqueue({ transcript, userId: owner.userId, duration_ms: probed.duration_ms }, tx)
    await news(row!, tx)
  }

  return {
    judge,

    requireSpace: (bytes: number) => requireRoom(dataDir, bytes),

    /** Of a file that is here whole. */
    async accept(owner: Owner, fields: Fields, file: Arrived, signal?: AbortSignal) {
      const engine = transcripts.engineFor(fields)
      const probed = await judge(file.path, signal)
      const id = randomUUID()
      const key = placing.keyOf(owner, id, probed.ending)
      const duplicate_of = await repository.sameContent(owner.userId, file.sha256, id)
      await placing.place(key, file, () =>
        inTransaction(db, async (tx) => {
          const begun = await open(
            owner,
            { ...fields, id, filename: file.filename, source: 'upload', status: 'processing' },
            engine,
            tx,
          )
          await settle(owner, begun, { key, file, probed }, tx)
        }),
      )
      return { id, filename: shownName(file.filename), stored: true, duplicate_of }
    },

    /** Of a file that is still to come: the conversation appears at once. `also` is written with it. */
    async expect(
      owner: Owner,
      fields: Fields,
      it: { id: string; filename: string; source: 'upload' | 'link' },
      also: (transcript: TranscriptRow, tx: Db) => Promise<void> = async () => {},
    ) {
      const engine = transcripts.engineFor(fields)
      await inTransaction(db, async (tx) => {
        const status = it.source === 'link' ? 'processing' : 'draft'
        const { conversation, transcript } = await open(owner, { ...fields, ...it, status }, engine, tx)
        await also(transcript, tx)
        await news(conversation, tx)
      })
    },

    /** How much of an expected file has come, from 0 to 1. */
    async hearOf(conversationId: string, share: number) {
      await inTransaction(db, async (tx) => {
        const held = await repository.hold(conversationId, tx)
        if (held?.progress?.phase !== 'uploading') return
        const progress = { ...uploading, percent: Math.min(99, Math.round(share * 1000) / 10) }
        const row = await repository.updateConversation(conversationId, { progress }, tx)
        await news(row!, tx)
      })
    },

    /** The expected file has come. False: its conversation is gone, or was stopped, meanwhile. */
    async arrive(owner: Owner, conversationId: string, file: Arrived, signal?: AbortSignal): Promise<boolean> {
      const probed = await judge(file.path, signal)
      const [transcript] = await transcripts.repository.running(conversationId)
      if (!transcript) return false
      const key = placing.keyOf(owner, conversationId, probed.ending)
      return await placing.place(key, file, () =>
        inTransaction(db, async (tx) => {
          const conversation = await repository.hold(conversationId, tx)
          if (!conversation || conversation.user_id !== owner.userId)
            throw new Refusal('not_found', 'The conversation of this upload was deleted.')
          await settle(owner, { conversation, transcript }, { key, file, probed }, tx)
          return true
        }),
      )
    },
  }
}

export type AcceptService = ReturnType<typeof acceptService>
