import { bulkConversations, type ConversationItem } from '@mina/contract'
import { useMutation } from '@tanstack/react-query'
import { useCallback } from 'react'
import { call } from '../../api/call.ts'
import { useFailureText } from '../../api/failure.ts'
import { useWords } from '../../i18n/index.ts'
import { shell } from '../../i18n/shell/index.ts'
import { toast } from '../../ui/toast.ts'
import { libraryMessages } from './messages/index.ts'
import { changeListed, refreshLibrary } from './query.ts'

const most = 500

type Action = { action: 'delete' | 'restore' } | { action: 'tag' | 'untag'; tag: string }

/** One call takes 500. */
async function inParts(ids: readonly string[], what: Action) {
  for (let from = 0; from < ids.length; from += most)
    await call(bulkConversations, { body: { ids: ids.slice(from, from + most), ...what } })
}

/** Gone at once, and back at once when it was a mistake. */
export function useRemove() {
  const words = useWords(libraryMessages)
  const shared = useWords(shell)
  const say = useFailureText()
  const { mutate } = useMutation({
    mutationFn: ({ ids, action }: { ids: string[]; action: 'delete' | 'restore' }) => inParts(ids, { action }),
    onMutate: ({ ids, action }) => {
      if (action === 'delete') changeListed(new Set(ids), () => null)
    },
    onSuccess: (_, { ids, action }) => {
      if (action !== 'delete') return
      toast({
        text: words('removed', { count: ids.length }),
        action: { label: shared('undo'), run: () => mutate({ ids, action: 'restore' }) },
      })
    },
    onError: (failure) => toast({ text: say(failure), kind: 'warn' }),
    onSettled: () => refreshLibrary(),
  })
  return useCallback((ids: string[]) => mutate({ ids, action: 'delete' }), [mutate])
}

const withTag = (it: ConversationItem, tag: string) => ({ ...it, tags: [...new Set([...it.tags, tag])] })
const withoutTag = (it: ConversationItem, tag: string) => ({ ...it, tags: it.tags.filter((one) => one !== tag) })

export function useTagging() {
  const words = useWords(libraryMessages)
  const shared = useWords(shell)
  const say = useFailureText()
  const { mutate } = useMutation({
    mutationFn: ({ ids, tag, off }: { ids: string[]; tag: string; off?: boolean }) =>
      inParts(ids, { action: off ? 'untag' : 'tag', tag }),
    onMutate: ({ ids, tag, off }) => changeListed(new Set(ids), (it) => (off ? withoutTag(it, tag) : withTag(it, tag))),
    onSuccess: (_, { ids, tag, off }) => {
      if (off) return
      toast({
        text: words('tagged', { count: ids.length, tag }),
        action: { label: shared('undo'), run: () => mutate({ ids, tag, off: true }) },
      })
    },
    onError: (failure) => toast({ text: say(failure), kind: 'warn' }),
    onSettled: () => refreshLibrary(),
  })
  return useCallback((ids: string[], tag: string) => mutate({ ids, tag }), [mutate])
}
