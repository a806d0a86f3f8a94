import type { Conversation } from '@mina/contract'
import { CircleAlert, TriangleAlert } from 'lucide-react'
import { useForReader } from '../../api/failure.ts'
import { useWords } from '../../i18n/index.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Told } from '../../ui/states.tsx'
import { conversationMessages } from './messages/index.ts'
import { useWork } from './work.ts'

/** What became of the recording, where that is not just its text: what failed, what is safe, what to know. */
export function State({ conversation: it }: { conversation: Conversation }) {
  const words = useWords(conversationMessages)
  const forReader = useForReader()
  const { again } = useWork(it.id)
  if (it.status === 'failed')
    return (
      <div className="told warn" role="alert">
        <Icon of={TriangleAlert} />
        <span className="grow" dir="auto">
          {it.failure && forReader(it.failure.message)} {words('state.failed')}
        </span>
        <Button look="line" busy={again.isPending} onClick={() => again.mutate()}>
          {words('state.again')}
        </Button>
      </div>
    )
  return it.warnings.map((warning) => (
    <Told key={warning.code} icon={CircleAlert}>
      {forReader(warning.message)}
    </Told>
  ))
}
