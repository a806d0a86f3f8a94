import {
  addHighlight,
  addTask,
  type Highlight,
  listConversationComments,
  listHighlights,
  listTasks,
  removeComment,
  removeHighlight,
  removeTask,
  type Task,
  updateHighlight,
  updateTask,
} from '@mina/contract'
import { queryOptions, useMutation } from '@tanstack/react-query'
import { call } from '../../api/call.ts'
import { useFailureText } from '../../api/failure.ts'
import { queries } from '../../app/session.ts'
import { useWords } from '../../i18n/index.ts'
import { shell } from '../../i18n/shell/index.ts'
import { toast } from '../../ui/toast.ts'
import { conversationMessages } from './messages/index.ts'
import { conversationKey } from './query.ts'
import { markSaved } from './saved-at.ts'

export const highlightsQuery = (id: string) =>
  queryOptions({
    queryKey: [...conversationKey(id), 'highlights'],
    queryFn: ({ signal }) => call(listHighlights, { params: { id }, signal }),
  })
export const tasksQuery = (id: string) =>
  queryOptions({
    queryKey: [...conversationKey(id), 'tasks'],
    queryFn: ({ signal }) => call(listTasks, { params: { id }, signal }),
  })
export const commentsQuery = (id: string) =>
  queryOptions({
    queryKey: [...conversationKey(id), 'comments'],
    queryFn: ({ signal }) => call(listConversationComments, { params: { id }, signal }),
  })

interface Listed<T> {
  items: T[]
}

/** Seen at once; the list of the server is read again whether it was kept or not. */
function useListed<T extends { id: string }>(id: string, queryKey: readonly unknown[]) {
  const say = useFailureText()
  return {
    change: (work: (items: T[]) => T[]) =>
      queries.setQueryData<Listed<T>>(queryKey, (it) => it && { ...it, items: work(it.items) }),
    settled: {
      mutationKey: conversationKey(id),
      onError: (failure: Error) => void toast({ text: say(failure), kind: 'warn' }),
      onSettled: (_: unknown, failure: Error | null) => {
        if (!failure) markSaved(id)
        void queries.invalidateQueries({ queryKey })
        void queries.invalidateQueries({ queryKey: ['library', 'counts'] })
      },
    },
  }
}

export type NewHighlight = Pick<Highlight, 'text' | 'start_ms' | 'end_ms'> &
  Partial<Pick<Highlight, 'label'>> & { segment_id?: string | undefined; colour?: Colour }
export const colours = ['yellow', 'green', 'blue', 'pink'] as const
export type Colour = (typeof colours)[number]

export function useHighlights(id: string) {
  const words = useWords(conversationMessages)
  const shared = useWords(shell)
  const { change, settled } = useListed<Highlight>(id, highlightsQuery(id).queryKey)
  const remove = useMutation({
    mutationFn: (it: Highlight) => call(removeHighlight, { params: { id, hid: it.id } }),
    onMutate: (it) => void change((all) => all.filter((one) => one.id !== it.id)),
    onSuccess: (_, it) =>
      void toast({
        text: words('highlights.removed'),
        action: {
          label: shared('undo'),
          run: () =>
            add.mutate({
              ...it,
              colour: it.colour as Colour,
              segment_id: it.segment_id ?? undefined,
            }),
        },
      }),
    ...settled,
  })
  const add = useMutation({
    mutationFn: ({ text, label, colour, start_ms, end_ms, segment_id }: NewHighlight) =>
      call(addHighlight, { params: { id }, body: { text, label, colour, start_ms, end_ms, segment_id } }),
    onMutate: (it) =>
      void change((all) => [
        ...all,
        { label: '', ...it, id: crypto.randomUUID(), colour: it.colour ?? 'yellow', segment_id: it.segment_id ?? null },
      ]),
    onSuccess: ({ highlight }) =>
      void toast({
        name: 'highlight',
        text: words('highlights.added'),
        action: { label: shared('undo'), run: () => remove.mutate(highlight) },
      }),
    ...settled,
  })
  const update = useMutation({
    mutationFn: ({ hid, ...body }: { hid: string; label?: string; colour?: Colour }) =>
      call(updateHighlight, { params: { id, hid }, body }),
    onMutate: ({ hid, ...body }) => void change((all) => all.map((it) => (it.id === hid ? { ...it, ...body } : it))),
    ...settled,
  })
  return {
    add(it: NewHighlight) {
      const all = queries.getQueryData(highlightsQuery(id).queryKey)?.items ?? []
      const isSame = (one: Highlight) =>
        one.text === it.text && one.start_ms === it.start_ms && (one.segment_id ?? undefined) === it.segment_id
      if (all.some(isSame)) toast({ name: 'highlight', text: words('highlights.already') })
      else add.mutate(it)
    },
    update: update.mutate,
    remove: remove.mutate,
  }
}

export type NewTask = Pick<Task, 'text'> &
  Partial<Pick<Task, 'assignee' | 'due_date' | 'status'>> & {
    segment_id?: string | undefined
    start_ms?: number | undefined
  }

export function useTasks(id: string) {
  const words = useWords(conversationMessages)
  const shared = useWords(shell)
  const { change, settled } = useListed<Task>(id, tasksQuery(id).queryKey)
  const remove = useMutation({
    mutationFn: (it: Task) => call(removeTask, { params: { id, tid: it.id } }),
    onMutate: (it) => void change((all) => all.filter((one) => one.id !== it.id)),
    onSuccess: (_, it) =>
      void toast({
        text: words('tasks.removed'),
        action: {
          label: shared('undo'),
          run: () => {
            const { id: _, segment_id, start_ms, ...rest } = it
            add.mutate({ ...rest, segment_id: segment_id ?? undefined, start_ms: start_ms ?? undefined })
          },
        },
      }),
    ...settled,
  })
  const add = useMutation({
    mutationFn: (body: NewTask) => call(addTask, { params: { id }, body }),
    onMutate: (it) =>
      void change((all) => [
        ...all,
        {
          assignee: '',
          due_date: null,
          status: 'open',
          ...it,
          id: crypto.randomUUID(),
          segment_id: it.segment_id ?? null,
          start_ms: it.start_ms ?? null,
        },
      ]),
    onSuccess: ({ task }) =>
      void toast({
        name: 'task',
        text: words('tasks.added'),
        action: { label: shared('undo'), run: () => remove.mutate(task) },
      }),
    ...settled,
  })
  const update = useMutation({
    mutationFn: (body: { id: string } & Partial<Pick<Task, 'text' | 'assignee' | 'due_date' | 'status'>>) =>
      call(updateTask, { params: { id }, body }),
    onMutate: (it) => void change((all) => all.map((one) => (one.id === it.id ? { ...one, ...it } : one))),
    ...settled,
  })
  return { add: add.mutate, update: update.mutate, remove: remove.mutate }
}

export function useRemoveComment(id: string) {
  const words = useWords(conversationMessages)
  const { change, settled } = useListed<{ id: string }>(id, commentsQuery(id).queryKey)
  const { mutate } = useMutation({
    mutationFn: (cid: string) => call(removeComment, { params: { id, cid } }),
    onMutate: (cid) => void change((all) => all.filter((it) => it.id !== cid)),
    onSuccess: () => void toast(words('comments.removed')),
    ...settled,
  })
  return mutate
}
