import {
  deleteSegment,
  editSegment,
  listHistory,
  mergeSegments,
  putSegment,
  redoEdit,
  renameSpeaker,
  replaceText,
  type Segment,
  splitSegment,
  undoEdit,
} from '@mina/contract'
import { queryOptions, useMutation, useQuery } from '@tanstack/react-query'
import { useCallback, useRef } from 'react'
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
import { useUnsettled } from './unsettled.ts'

export const historyQuery = (id: string) =>
  queryOptions({
    queryKey: [...conversationKey(id), 'history'],
    queryFn: ({ signal }) => call(listHistory, { params: { id }, query: { limit: 50 }, signal }),
  })

const current = (id: string, segment: string) =>
  queries.getQueryData(conversationQuery(id).queryKey)?.segments.find((it) => it.id === segment)

const refreshHistory = (id: string) => queries.invalidateQueries({ queryKey: historyQuery(id).queryKey })
const refreshText = (id: string) => queries.invalidateQueries({ queryKey: conversationKey(id), exact: true })

/** `over` is the revision that the person saw while writing. */
type TextEdit = { segment: string; text?: string; speaker?: string | null; over: number | undefined }
/** What the passage says once the change before this one is kept. */
type Kept = { segment: string; text: string }
type Other =
  | { kind: 'delete'; segment: string }
  /** A passage that was taken away comes back with this text. */
  | { kind: 'put'; segment: Segment; text: string }
  | { kind: 'split'; segment: string; at_char: number; written?: Kept }
  | { kind: 'merge'; segments: string[]; written?: Kept }
  | { kind: 'rename'; from: string; to: string }
  | { kind: 'replace'; find: string; replace: string; match_case: boolean; whole_words: boolean }
  /** Without a name it is the newest when its turn comes: the change before it may have just been made. */
  | { kind: 'undo' | 'redo'; edit?: string | undefined }

type Outcome = Partial<Changed> & { changed?: number; edit_id?: string | null }

async function turn(id: string, { kind, edit }: Extract<Other, { kind: 'undo' | 'redo' }>): Promise<Outcome> {
  const newest = async () => steps((await queries.fetchQuery({ ...historyQuery(id), staleTime: 0 })).items)[kind]?.id
  const edit_id = edit ?? (await newest())
  if (!edit_id) return {}
  return call(kind === 'undo' ? undoEdit : redoEdit, { params: { id, edit_id } })
}

/** Its old number where that is still free; where it stands is said by its time. */
function freeIdx(id: string, idx: number) {
  const taken = (queries.getQueryData(conversationQuery(id).queryKey)?.segments ?? []).map((it) => it.idx)
  return taken.includes(idx) ? Math.max(...taken) + 1 : idx
}

async function putBack(id: string, { idx, start_ms, end_ms, speaker }: Segment, text: string): Promise<Outcome> {
  const body = { idx: freeIdx(id, idx), start_ms, end_ms, text, is_final: true, ...(speaker && { speaker }) }
  const { segment } = await call(putSegment, { params: { id }, body })
  return { segments: [segment], removed: [] }
}

async function send(id: string, it: Other): Promise<Outcome> {
  const params = { id }
  // Somebody else's text came in between: it is shown beside what was written, and not cut or joined.
  if ('written' in it && it.written && current(id, it.written.segment)?.text !== it.written.text) return {}
  switch (it.kind) {
    case 'delete':
      return call(deleteSegment, { params: { id, sid: it.segment } })
    case 'put':
      return putBack(id, it.segment, it.text)
    case 'split':
      return call(splitSegment, {
        params: { id, sid: it.segment },
        body: { at_char: it.at_char, revision: current(id, it.segment)?.revision },
      })
    case 'merge':
      return call(mergeSegments, { params, body: { ids: it.segments } })
    case 'rename':
      return call(renameSpeaker, { params, body: { from: it.from, to: it.to } })
    case 'replace': {
      const { kind: _, ...body } = it
      return call(replaceText, { params, body })
    }
    default:
      return turn(id, it)
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
  const unsettled = useUnsettled()
  const { conflict, lose } = unsettled
  const put = (segment: Segment) => changeOpened(id, (it) => withChanged(it, { segments: [segment], removed: [] }))
  const keep = { mutationKey: conversationKey(id), scope: { id: `edits ${id}` }, ...patience }

  /** Which revision became which by changes of this page: what was written over the one stands over the other. */
  const ours = useRef(new Map<string, number>())
  const revisionNow = ({ segment, over }: TextEdit) => {
    let revision = over
    for (let next = revision; next !== undefined; next = ours.current.get(`${segment} ${revision}`)) revision = next
    return revision
  }

  const text = useMutation({
    ...keep,
    mutationFn: async (it: TextEdit) => {
      const { segment: sid, over: _, ...change } = it
      const revision = revisionNow(it)
      const answer = await call(editSegment, { params: { id, sid }, body: { ...change, revision } })
      if (answer.segment.revision !== revision) ours.current.set(`${sid} ${revision}`, answer.segment.revision)
      return answer
    },
    onMutate: ({ segment, over: _, ...change }) => {
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
      const theirs = isApiError(failure, 'conflict') ? (failure.details?.segment as Segment | undefined) : undefined
      if (theirs) {
        put(theirs)
        if (change.text !== undefined) conflict(change.segment, change.text)
        return
      }
      if (before && change.text !== undefined && isApiError(failure, 'not_found')) {
        changeOpened(id, (it) => withChanged(it, { segments: [], removed: [change.segment] }))
        lose(before, change.text)
        return
      }
      if (before) put(before)
      toast({
        text: say(failure),
        kind: 'warn',
        action: { label: shared('retry'), run: () => text.mutate(change) },
        // It holds what was written.
        stays: change.text !== undefined,
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
    onSuccess: ({ segments, removed, changed, edit_id }, it) => {
      if (segments && removed) changeOpened(id, (now) => withChanged(now, { segments, removed }))
      markSaved(id)
      const undo = { label: shared('undo'), run: () => mutate({ kind: 'undo', edit: edit_id ?? undefined }) }
      if (it.kind === 'replace') toast({ text: words('find.replaced', { count: segments?.length ?? 0 }), action: undo })
      if (it.kind === 'delete') toast({ text: words('segment.deleted'), action: undo })
      if (it.kind === 'rename')
        toast({ text: words('speaker.renamed', { count: changed ?? 0, name: it.to }), action: undo })
    },
    onError: (failure, { kind }) => {
      const turned = (kind === 'undo' || kind === 'redo') && isApiError(failure, 'conflict')
      toast({ text: turned ? words('undo.conflict') : say(failure), kind: 'warn' })
    },
    onSettled: (outcome) => {
      void refreshHistory(id)
      // An answer that holds all that changed is enough; the whole text would overtake what is written meanwhile.
      if (!outcome?.segments) void refreshText(id)
    },
  })
  const { mutate, mutateAsync } = other

  return {
    ...unsettled,
    /** As it is known at this moment, drawn or not. */
    now: useCallback((segment: string) => current(id, segment), [id]),
    editText: useCallback(
      (segment: string, it: string) => text.mutate({ segment, text: it, over: current(id, segment)?.revision }),
      [id, text.mutate],
    ),
    setSpeaker: useCallback(
      (segment: string, speaker: string | null) =>
        text.mutate({ segment, speaker, over: current(id, segment)?.revision }),
      [id, text.mutate],
    ),
    /** Resolves when it is done, so that what follows works on the outcome; without one where it failed. */
    change: useCallback((it: Other) => mutateAsync(it).catch((): Outcome => ({})), [mutateAsync]),
  }
}
export type Edits = ReturnType<typeof useEdits>

/** What the two arrows do now; undefined where there is nothing to take back or make again. */
export function useTurns(id: string, edits: Edits) {
  const { data } = useQuery(historyQuery(id))
  const { undo, redo } = steps(data?.items ?? [])
  return {
    undo: undo && (() => edits.change({ kind: 'undo' })),
    redo: redo && (() => edits.change({ kind: 'redo' })),
  }
}
