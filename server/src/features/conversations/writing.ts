import type { ConversationItem, NewSegment } from '@mina/contract'
import type { z } from 'zod'
import type { Principal } from '../../access/principal.ts'
import type { StoredSpan } from '../../platform/database/schema/index.ts'
import { Refusal } from '../../platform/refusal.ts'
import { requireShort } from './editing.ts'
import type { ListFilter } from './library-rows.ts'
import { type Open, type Opened, unknownConversation } from './policy.ts'
import { presentSegment } from './present.ts'
import type { Put, PuttingSegments } from './putting.ts'
import type { ConversationRepository } from './repository.ts'
import type { ConversationRow } from './rows.ts'
import type { SegmentRows } from './segment-rows.ts'
import { countWords } from './words.ts'

export interface FindOptions extends Omit<ListFilter, 'before'> {
  cursor?: string | undefined
}

/** The full-text search of another feature, handed in: finds conversations by what was said in them. */
export type Find = (
  principal: Principal,
  q: string,
  options: FindOptions,
) => Promise<{ items: ConversationItem[]; next_cursor: string | null }>

interface WritingOptions {
  open: Open
  repository: ConversationRepository
  segments: SegmentRows
  put: PuttingSegments
  onChanged: (conversation: ConversationRow) => void
  onFinished: (conversation: ConversationRow) => Promise<void>
}

/** null: somebody put the same segment at the same moment, and what it had before is not known. */
const wordsAfter = ({ revision, word_count, words_of_all, words_before }: Put) =>
  revision > 0 && words_before === null ? null : words_of_all + word_count - (words_before ?? 0)

/** Making conversations and feeding them from outside a live session. */
export function writingService({ open, repository, segments, put, onChanged, onFinished }: WritingOptions) {
  const update = async (conversation: Opened<'write'>, it: Partial<ConversationRow>) => {
    const row = await repository.update(conversation.id, it)
    if (!row) throw unknownConversation()
    onChanged(row)
    return row as Opened<'write'>
  }

  return {
    async create(principal: Principal, it: { title?: string | undefined; language?: string | undefined }) {
      const id = await repository.begin({
        user_id: principal.userId,
        ...(it.title && { title: it.title }),
        language: it.language ?? null,
        source: 'realtime',
        engine: 'client',
      })
      return { id }
    },

    update: (
      conversation: Opened<'write'>,
      it: { title?: string | undefined; tags?: string[] | undefined; language?: string | null | undefined },
    ) =>
      update(conversation, {
        ...(it.title !== undefined && { title: it.title }),
        ...(it.tags !== undefined && { tags: [...new Set(it.tags)] }),
        ...(it.language !== undefined && { language: it.language }),
      }),

    async finalize(conversation: Opened<'write'>) {
      if (conversation.status === 'final') return conversation
      if (await repository.isFedByServer(conversation.id))
        throw new Refusal('live', 'This conversation is being recorded. Stop the recording first.')
      if (conversation.status === 'processing')
        throw new Refusal('conflict', 'This conversation is being transcribed. It is finished by itself.')
      // Two who finish it at once are told the same; only one of them does it.
      const row = await repository.finalize(conversation.id)
      if (!row) return ((await repository.byId(conversation.id)) ?? conversation) as Opened<'write'>
      onChanged(row)
      await onFinished(row)
      return row as Opened<'write'>
    },

    /** One statement where all is well; only where it wrote nothing is it asked why. */
    async putSegment(principal: Principal, id: string, it: z.output<typeof NewSegment>) {
      requireShort(it.text)
      const stored = await put(principal.userId, id, {
        ...it,
        speaker: it.speaker || null,
        word_count: it.is_final ? countWords(it.text) : 0,
      })
      const words = stored && wordsAfter(stored)
      if (stored && words !== null) return { segment: presentSegment(stored), word_count: words }
      const now = await open(principal, id, 'write')
      if (!stored && (await repository.isFedByServer(id)))
        throw new Refusal('live', 'A recording feeds this conversation; its words come from there.')
      const kept = stored ?? (now.transcript_id && (await segments.find(now.transcript_id, it.idx)))
      if (!kept) throw unknownConversation()
      return { segment: presentSegment(kept), word_count: now.word_count }
    },

    async versions(conversation: Opened<'read'>) {
      const rows = await repository.versions(conversation.id)
      return rows.map((row) => ({
        id: row.id,
        version: row.version,
        current: row.id === conversation.transcript_id,
        engine: row.engine,
        model: row.model,
        language: row.language,
        word_count: row.word_count,
        created_at: row.created_at.toISOString(),
      }))
    },

    async restoreVersion(conversation: Opened<'write'>, versionId: string) {
      if (conversation.status === 'live' || conversation.status === 'processing')
        throw new Refusal('live', 'Words still arrive. Choose a version when the work has ended.')
      const wanted = await repository.transcript(versionId)
      if (!wanted || wanted.conversation_id !== conversation.id)
        throw new Refusal('not_found', 'There is no such version.')
      return (await repository.read(conversation.id, wanted.id)) as Opened<'write'>
    },

    async completeness(conversation: Opened<'read'>) {
      const transcript = conversation.transcript_id ? await repository.transcript(conversation.transcript_id) : null
      const spans = transcript?.completeness ?? []
      const totals: Record<StoredSpan['state'], number> = { transcribed: 0, silent: 0, pending: 0, failed: 0 }
      for (const { state, start_ms, end_ms } of spans) totals[state] += end_ms - start_ms
      return { duration_ms: conversation.duration_ms, spans, totals }
    },
  }
}

export type Writing = ReturnType<typeof writingService>
