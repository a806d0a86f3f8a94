import { type Conversation, transcribeAgain } from '@mina/contract'
import { useMutation } from '@tanstack/react-query'
import { call } from '../../api/call.ts'
import { useFailureText } from '../../api/failure.ts'
import { toast } from '../../ui/toast.ts'
import { changeListed } from '../library/query.ts'
import { changeFollowed } from './following.ts'

/** Has a recording written down again whose transcription failed: it waits its turn at once, wherever it is listed. */
export function useTranscribeAgain(id: string) {
  const say = useFailureText()
  return useMutation({
    mutationFn: () => call(transcribeAgain, { params: { id }, body: {} }),
    onSuccess: (it) => {
      const status = it.status as Conversation['status']
      const progress = { percent: 0, speed: null, left_s: null, phase: 'waiting' as const }
      const again = { status, failure: null, progress }
      changeListed(new Set([id]), (one) => ({ ...one, ...again }))
      changeFollowed(id, again)
    },
    onError: (failure) => toast({ text: say(failure), kind: 'warn' }),
  })
}
