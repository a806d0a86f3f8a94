import {
  deleteSegment,
  editSegment,
  listHistory,
  mergeSegments,
  redoEdit,
  renameSpeaker,
  replaceText,
  type Segment,
  splitSegment,
  undoEdit,
} from '@mina/contract'
import { queryOptions, useMutation, useQuery } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { call } from '../../api/call.ts'
import { isApiError, useFailureText } from '../../api/failure.ts'
import { queries } from '../../app/session.ts'
import { useWords } from '../../i18n/index.ts'
import { shell } from '../../i18n/shell/index.ts'
import { toast } from '../../ui/toast.ts'
import { type Changed, steps, withChanged } from './changes.ts'
import { conversationMessages } from './messages/index.ts'
import { changeOpened, conversationKey, conversationQuery } from './query.ts'
import { markSaved } from './saved-at.ts'

export const historyQuery = (id: string) =>
  queryOptions({
    queryKey: [...conversationKey(id), 'history'],
    queryFn: ({ signal }) => call(listHistory, { params: { id }, query: { limit: 50 }, signal }),
  })

const current = (id: string, segment: string) =>
  queries.getQueryData(conversationQuery(id).queryKey)?.segments.find((it) => it.id === segment)

const refreshHistory = (id: string) => queries.invalidateQueries({ queryKey: historyQuery(id).queryKey })
const refreshText = (id: string) => queries.invalidateQueries({ queryKey: conversationKey(id), exact: true })

type TextEdit = { segment: string; text?: string; speaker?: string | null }
type Other =
  | { kind: 'delete'; segment: string }
  | { kind: 'split'; segment: string; at_char: number }
  | { kind: 'merge'; segments: string[] }
  | { kind: 'rename'; from: string; to: string }
  | { kind: 'replace'; find: string; replace: string; match_case: boolean; whole_words: boolean }
  | { kind: 'undo' | 'redo'; edit: string }

function send(id: string, it: Other): Promise<Partial<Changed> & { changed?: number }> {
  const params = { id }
  switch (it.kind) {
    case 'delete':
      return call(deleteSegment, { params: { id, sid: it.segment } })
    case 'split':
      return call(splitSegment, { params: { id, sid: it.segment }, body: { at_char: it.at_char } })
    case 'merge':
      return call(mergeSegments, { params, body: { ids: it.segments } })
    case 'rename':
      return call(renameSpeaker, { params, body: { from: it.from, to: it.to } })
    case 'replace': {
      const { kind: _, ...body } = it
      return call(replaceText, { params, body })
    }
    default:
      return call(it.kind === 'undo' ? undoEdit : redoEdit, { params: { id, edit_id: it.edit } })
  }
}

/** Without a connection a change is kept and sent when it is back; anything else is an answer. */
const patience = {
  retry: (_: number, failure: Error) => isApiError(failure, 'offline'),
  retryDelay: 2500,
}

/** Everything that a person changes in a transcript: seen at once, sent in order, taken back where it could not be kept. */
export function useEdits(id: string) {
  const words = useWords(conversationMessages)
  const shared = useWords(shell)
  const say = useFailureText()
  const [conflicts, setConflicts] = useState<ReadonlyMap<string, string>>(new Map())
  /** Written over a text that is no longer there: kept, and shown, until the person decides. */
  const conflict = useCallback(
    (segment: string, mine: string) => setConflicts((now) => new Map(now).set(segment, mine)),
    [],
  )
  const settle = useCallback(
    (segment: string) =>
      setConflicts((now) => {
        const next = new Map(now)
        next.delete(segment)
        return next
      }),
    [],
  )
  const put = (segment: Segment) => changeOpened(id, (it) => withChanged(it, { segments: [segment], removed: [] }))
  const keep = { mutationKey: conversationKey(id), scope: { id: `edits ${id}` }, ...patience }

  const text = useMutation({
    ...keep,
    // The revision is read when its turn comes: the change before this one may have made it.
    mutationFn: ({ segment, ...body }: TextEdit) =>
      call(editSegment, {
        params: { id, sid: segment },
        body: { ...body, revision: current(id, segment)?.revision },
      }),
    onMutate: ({ segment, ...change }) => {
      const before = current(id, segment)
      if (before) put({ ...before, ...change, ...(change.text !== undefined && { edited: true }) })
      return before
    },
    onSuccess: ({ segment }) => {
      put(segment)
      markSaved(id)
      void refreshHistory(id)
    },
    onError: (failure, change, before) => {
      const theirs = isApiError(failure, 'conflict')
        ? (failure.details as { segment?: Segment } | undefined)?.segment
        : undefined
      if (theirs) {
        put(theirs)
        if (change.text !== undefined) conflict(change.segment, change.text)
        return
      }
      if (before) put(before)
      toast({
        text: say(failure),
        kind: 'warn',
        action: { label: shared('retry'), run: () => text.mutate(change) },
      })
    },
  })

  const other = useMutation({
    ...keep,
    mutationFn: (it: Other) => send(id, it),
    onMutate: (it) => {
      if (it.kind === 'rename')
        changeOpened(id, (now) => ({
          ...now,
          segments: now.segments.map((one) => (one.speaker === it.from ? { ...one, speaker: it.to } : one)),
        }))
    },
    onSuccess: ({ segments, removed, changed }, it) => {
      if (segments && removed) changeOpened(id, (now) => withChanged(now, { segments, removed }))
      markSaved(id)
      const undo = { label: shared('undo'), run: () => void undoNewest() }
      if (it.kind === 'replace') toast({ text: words('find.replaced', { count: segments?.length ?? 0 }), action: undo })
      if (it.kind === 'delete') toast({ text: words('segment.deleted'), action: undo })
      if (it.kind === 'rename')
        toast({ text: words('speaker.renamed', { count: changed ?? 0, name: it.to }), action: undo })
    },
    onError: (failure) =>
      toast({ text: isApiError(failure, 'conflict') ? words('undo.conflict') : say(failure), kind: 'warn' }),
    onSettled: () => {
      void refreshHistory(id)
      void refreshText(id)
    },
  })
  const { mutate, mutateAsync } = other
  const undoNewest = async () => {
    const { items } = await queries.fetchQuery({ ...historyQuery(id), staleTime: 0 })
    const { undo } = steps(items)
    if (undo) mutate({ kind: 'undo', edit: undo.id })
  }

  return {
    conflicts,
    conflict,
    settle,
    editText: useCallback((segment: string, it: string) => text.mutate({ segment, text: it }), [text.mutate]),
    setSpeaker: useCallback(
      (segment: string, speaker: string | null) => text.mutate({ segment, speaker }),
      [text.mutate],
    ),
    /** Resolves when it is done, so that what follows works on the outcome. */
    change: useCallback(
      (it: Other) =>
        mutateAsync(it).then(
          () => undefined,
          () => undefined,
        ),
      [mutateAsync],
    ),
  }
}
export type Edits = ReturnType<typeof useEdits>

/** What the two arrows do now; undefined where there is nothing to take back or make again. */
export function useTurns(id: string, edits: Edits) {
  const { data } = useQuery(historyQuery(id))
  const { undo, redo } = steps(data?.items ?? [])
  return {
    undo: undo && (() => edits.change({ kind: 'undo', edit: undo.id })),
    redo: redo && (() => edits.change({ kind: 'redo', edit: redo.id })),
  }
}
