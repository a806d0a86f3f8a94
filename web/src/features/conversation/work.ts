import { cancelTranscription, transcribeAgain } from '@mina/contract'
import { useMutation } from '@tanstack/react-query'
import { call } from '../../api/call.ts'
import { useFailureText } from '../../api/failure.ts'
import { queries } from '../../app/session.ts'
import { useWords } from '../../i18n/index.ts'
import { toast } from '../../ui/toast.ts'
import { conversationMessages } from './messages/index.ts'
import { conversationKey } from './query.ts'

/** Has a recording written down again, or no further. */
export function useWork(id: string) {
  const words = useWords(conversationMessages)
  const say = useFailureText()
  const settled = {
    onError: (failure: Error) => void toast({ text: say(failure), kind: 'warn' }),
    onSettled: () => void queries.invalidateQueries({ queryKey: conversationKey(id) }),
  }
  const again = useMutation({
    mutationFn: () => call(transcribeAgain, { params: { id }, body: {} }),
    onSuccess: () => void toast(words('state.started')),
    ...settled,
  })
  const stop = useMutation({
    mutationFn: () => call(cancelTranscription, { params: { id } }),
    onSuccess: () => void toast(words('state.stopped')),
    ...settled,
  })
  return { again, stop }
}
