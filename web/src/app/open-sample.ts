import { openSample } from '@mina/contract'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { call } from '../api/call.ts'
import { useFailureText } from '../api/failure.ts'
import { toast } from '../ui/toast.ts'
import { queries } from './session.ts'

/** Puts the sample conversation into the library and opens it. */
export function useOpenSample() {
  const say = useFailureText()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: () => call(openSample),
    onSuccess: ({ id }) => {
      void queries.invalidateQueries({ queryKey: ['library'] })
      void navigate({ to: '/conversation/$id', params: { id } })
    },
    onError: (failure) => toast({ text: say(failure), kind: 'warn' }),
  })
}
