import { deleteConversation, restoreConversation, updateConversation } from '@mina/contract'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { call } from '../../api/call.ts'
import { useFailureText } from '../../api/failure.ts'
import { useWords } from '../../i18n/index.ts'
import { shell } from '../../i18n/shell/index.ts'
import { toast } from '../../ui/toast.ts'
import { changeListed, refreshLibrary } from '../library/query.ts'
import { conversationMessages } from './messages/index.ts'
import { changeOpened, conversationKey } from './query.ts'
import { markSaved } from './saved-at.ts'

/** Deleting, renaming, tagging: what concerns the conversation as a whole. */
export function useWhole(id: string) {
  const words = useWords(conversationMessages)
  const shared = useWords(shell)
  const fail = useFailureText()
  const navigate = useNavigate()
  const warn = (failure: Error) => void toast({ text: fail(failure), kind: 'warn' })
  const restore = useMutation({
    mutationFn: () => call(restoreConversation, { params: { id } }),
    onSuccess: () => {
      toast(words('restored'))
      void navigate({ to: '/conversation/$id', params: { id } })
    },
    onError: warn,
    onSettled: () => refreshLibrary(),
  })
  const remove = useMutation({
    mutationFn: () => call(deleteConversation, { params: { id }, query: {} }),
    onMutate: () => void changeListed(new Set([id]), () => null),
    onSuccess: () => {
      void navigate({ to: '/library' })
      toast({ text: words('deleted'), action: { label: shared('undo'), run: () => restore.mutate() } })
    },
    onError: warn,
    onSettled: () => refreshLibrary(),
  })
  const change = useMutation({
    mutationKey: conversationKey(id),
    mutationFn: (body: { title?: string; tags?: string[] }) => call(updateConversation, { params: { id }, body }),
    onMutate: (body) => {
      changeOpened(id, (it) => ({ ...it, conversation: { ...it.conversation, ...body } }))
      changeListed(new Set([id]), (it) => ({ ...it, ...body }))
    },
    onSuccess: ({ conversation }) => {
      changeOpened(id, (it) => ({ ...it, conversation }))
      markSaved(id)
      void refreshLibrary()
    },
    onError: (failure) => {
      warn(failure)
      void refreshLibrary()
    },
  })
  return { remove: remove.mutate, change: change.mutate }
}
