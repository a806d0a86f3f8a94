import { type Conversation, type ConversationEvent, getConversation } from '@mina/contract'
import { useEffect, useRef } from 'react'
import { call } from '../../api/call.ts'
import { useServerEvent } from '../../api/server-events.ts'
import { queries } from '../../app/session.ts'
import { withArrived } from './changes.ts'
import { changeOpened, conversationKey, type Opened } from './query.ts'
import { changedHere } from './saved-at.ts'

/** Text that becomes known in one go is fetched in one go. */
const pause = 300

/** Progress and text while the work runs; what is finished is read anew. */
export function useConversationEvents(id: string, onDeleted: () => void) {
  const from = useRef<number | null>(null)
  const timer = useRef(0)
  useEffect(() => () => clearTimeout(timer.current), [])

  const fetchArrived = async () => {
    timer.current = 0
    const from_idx = from.current
    from.current = null
    if (from_idx === null) return
    const answer = await call(getConversation, { params: { id }, query: { from_idx } })
    const { conversation, segments } = (await answer.json()) as Opened
    changeOpened(id, (it) => ({ ...withArrived(it, from_idx, segments), conversation }))
  }

  useServerEvent('conversation', (event: ConversationEvent) => {
    if (event.id !== id) return
    if (event.deleted) return onDeleted()
    const known = queries.getQueryData<Opened>(conversationKey(id))?.conversation.status
    changeOpened(id, (it) => ({
      ...it,
      conversation: {
        ...it.conversation,
        status: event.status as Conversation['status'],
        progress: event.progress,
        title: event.title ?? it.conversation.title,
        failure: event.failure === undefined ? it.conversation.failure : event.failure,
      },
    }))
    if (event.segments_from_idx !== undefined) {
      from.current = Math.min(from.current ?? event.segments_from_idx, event.segments_from_idx)
      // What could not be fetched now comes with the whole when the work is done.
      timer.current ||= window.setTimeout(() => void fetchArrived().catch(() => undefined), pause)
    }
    // At rest there is no other news than that something was changed, here or elsewhere.
    const isAtRest = event.status !== 'live' && event.progress === null && event.segments_from_idx === undefined
    if (known !== event.status || (isAtRest && !changedHere(id)))
      void queries.invalidateQueries({ queryKey: conversationKey(id) })
  })
}
