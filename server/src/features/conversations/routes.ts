import {
  bulkConversations,
  countConversations,
  createConversation,
  deleteConversation,
  deleteSegment,
  editSegment,
  finalizeConversation,
  getCompleteness,
  getConversation,
  listConversations,
  listHistory,
  listVersions,
  mergeSegments,
  putSegment,
  redoEdit,
  renameSpeaker,
  replaceText,
  restoreConversation,
  restoreVersion,
  splitSegment,
  undoEdit,
  updateConversation,
} from '@mina/contract'
import { serve } from '../../access/route.ts'
import { cursorDate, cursorId, readCursor, writeCursor } from '../../platform/paging/cursor.ts'
import type { Editing } from './editing.ts'
import type { Library } from './library.ts'
import type { Open } from './policy.ts'
import type { Reading } from './reading.ts'
import type { Find, Writing } from './writing.ts'

export interface ConversationParts {
  open: Open
  find: Find
  library: Library
  reading: Reading
  editing: Editing
  writing: Writing
}

export function conversationRoutes({ open, find, library, reading, editing, writing }: ConversationParts) {
  return [
    serve(createConversation, ({ principal, body }) => writing.create(principal, body)),
    serve(listConversations, ({ principal, query: { q, ...query } }) =>
      q?.trim() ? find(principal, q, query) : library.list(principal, query),
    ),
    serve(countConversations, ({ principal }) => library.counts(principal)),
    serve(getConversation, async ({ principal, params, query, request }) => {
      const conversation = await open(principal, params.id, 'read')
      return await reading.answer(
        conversation,
        query,
        String(request.headers['accept-encoding'] ?? ''),
        request.headers['if-none-match'] as string | undefined,
      )
    }),
    serve(updateConversation, async ({ principal, params, body }) => {
      const conversation = await open(principal, params.id, 'write')
      return { conversation: await reading.describe(await writing.update(conversation, body)) }
    }),
    serve(deleteConversation, async ({ principal, params, query }) => {
      await library.remove(principal, params.id, query.now === 'true')
      return {}
    }),
    serve(restoreConversation, async ({ principal, params }) => {
      await library.restore(principal, params.id)
      return {}
    }),
    serve(bulkConversations, async ({ principal, body }) => ({ changed: await library.bulk(principal, body) })),
    serve(finalizeConversation, async ({ principal, params }) => {
      const conversation = await open(principal, params.id, 'write')
      return { conversation: await reading.describe(await writing.finalize(conversation)) }
    }),

    serve(putSegment, async ({ principal, params, body }) => await writing.putSegment(principal, params.id, body)),
    serve(editSegment, async ({ principal, params, body }) => {
      const conversation = await open(principal, params.id, 'write')
      return await editing.edit(conversation, params.sid, body)
    }),
    serve(deleteSegment, async ({ principal, params }) => {
      const conversation = await open(principal, params.id, 'write')
      return await editing.remove(conversation, params.sid)
    }),
    serve(splitSegment, async ({ principal, params, body }) => {
      const conversation = await open(principal, params.id, 'write')
      return await editing.split(conversation, params.sid, body.at_char, body.revision)
    }),
    serve(mergeSegments, async ({ principal, params, body }) => {
      const conversation = await open(principal, params.id, 'write')
      return await editing.merge(conversation, body.ids)
    }),
    serve(renameSpeaker, async ({ principal, params, body }) => {
      const conversation = await open(principal, params.id, 'write')
      return await editing.renameSpeaker(conversation, body.from, body.to)
    }),
    serve(replaceText, async ({ principal, params, body }) => {
      const conversation = await open(principal, params.id, 'write')
      return await editing.replace(conversation, body)
    }),

    serve(listHistory, async ({ principal, params, query }) => {
      const conversation = await open(principal, params.id, 'read')
      const at = readCursor(query.cursor, 2)
      const { items, next } = await editing.history(conversation, {
        segmentId: query.segment_id,
        before: at && { at: cursorDate(at[0]), id: cursorId(at[1]) },
        limit: query.limit,
      })
      return { items, next_cursor: next ? writeCursor(next.at.toISOString(), next.id) : null }
    }),
    serve(undoEdit, async ({ principal, params }) => {
      const conversation = await open(principal, params.id, 'write')
      return await editing.undo(conversation, params.edit_id)
    }),
    serve(redoEdit, async ({ principal, params }) => {
      const conversation = await open(principal, params.id, 'write')
      return await editing.redo(conversation, params.edit_id)
    }),

    serve(listVersions, async ({ principal, params }) => {
      const conversation = await open(principal, params.id, 'read')
      return { items: await writing.versions(conversation) }
    }),
    serve(restoreVersion, async ({ principal, params }) => {
      const conversation = await open(principal, params.id, 'write')
      return { conversation: await reading.describe(await writing.restoreVersion(conversation, params.version_id)) }
    }),
    serve(getCompleteness, async ({ principal, params }) => {
      const conversation = await open(principal, params.id, 'read')
      return await writing.completeness(conversation)
    }),
  ]
}
