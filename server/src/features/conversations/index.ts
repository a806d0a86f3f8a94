import type { ConversationEvent } from '@mina/contract'
import type { Audit } from '../../access/audit.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database/connect.ts'
import { Refusal } from '../../platform/refusal.ts'
import { editingService } from './editing.ts'
import { libraryService } from './library.ts'
import { libraryRows } from './library-rows.ts'
import { type Opened, opener } from './policy.ts'
import { segmentPutting } from './putting.ts'
import { readingService } from './reading.ts'
import { conversationRepository } from './repository.ts'
import { type ConversationParts, conversationRoutes } from './routes.ts'
import type { ConversationRow } from './rows.ts'
import { segmentRows, takingTurns } from './segment-rows.ts'
import { type Find, writingService } from './writing.ts'

export { alignWords } from './alignment.ts'
export { folderOf } from './folder.ts'
export { RESTORE_MS } from './library.ts'
export type { Open, Opened } from './policy.ts'
export { unknownConversation } from './policy.ts'
export { type ConversationRepository, conversationRepository } from './repository.ts'
export type { ConversationRow, NewSegmentRow, SegmentRow } from './rows.ts'
export { type SegmentRows, segmentRows } from './segment-rows.ts'
export { countWords } from './words.ts'
export type { Find } from './writing.ts'

export interface ConversationsOptions {
  db: Db
  clock: Clock
  audit: Audit
  find: Find
  /** A page that shows this conversation should look again. */
  onChanged: (conversation: ConversationRow) => void
  onFinished: (conversation: ConversationRow) => Promise<void>
  onGone: (userId: string, ids: string[]) => Promise<void>
  onBack: (userId: string, conversations: ConversationEvent[]) => Promise<void>
  removeNow: (userId: string, ids: string[]) => Promise<void>
}

export function createConversations(options: ConversationsOptions) {
  const { db, clock } = options
  const repository = conversationRepository(db)
  const segments = segmentRows(db)
  const open = opener(repository)

  /** What belongs to a conversation changed: its revision says so, and open pages look again. */
  const touched = async (conversation: Opened<'write'>) => {
    const row = await repository.update(conversation.id, {})
    if (row) options.onChanged(row)
  }
  /** What points at a segment may only point into its own conversation. */
  const requireSegment = async (conversation: Opened, segmentId: string | undefined) => {
    if (segmentId === undefined) return
    const found = conversation.transcript_id && (await segments.find(conversation.transcript_id, segmentId))
    if (!found) throw new Refusal('not_found', 'There is no such segment in this conversation.')
  }

  const parts: ConversationParts = {
    open,
    find: options.find,
    library: libraryService({ ...options, rows: libraryRows(db) }),
    reading: readingService({ repository, segments }),
    editing: editingService({ segments, inTurn: takingTurns(db), clock, onChanged: options.onChanged }),
    writing: writingService({ ...options, open, repository, segments, put: segmentPutting(db) }),
  }
  return {
    open,
    touched,
    requireSegment,
    /** All that is read of a conversation, in order, without the times of single words. */
    segmentsOf: (conversation: Opened) => segments.all(conversation.transcript_id),
    repository,
    segments,
    library: parts.library,
    reading: parts.reading,
    editing: parts.editing,
    routes: conversationRoutes(parts),
  }
}

export type Conversations = ReturnType<typeof createConversations>
