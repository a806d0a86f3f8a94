import { openSample } from '@mina/contract'
import { useMutation } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { CircleDot, FileText, type LucideIcon, Mic, Upload } from 'lucide-react'
import { type DragEvent, type ReactNode, useState } from 'react'
import { call } from '../../api/call.ts'
import { useFailureText } from '../../api/failure.ts'
import { handOver } from '../../app/handed.ts'
import { useWords } from '../../i18n/index.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Keys } from '../../ui/keys.tsx'
import { toast } from '../../ui/toast.ts'
import { libraryMessages } from './messages/index.ts'
import { refreshLibrary } from './query.ts'

function Way({
  icon,
  title,
  text,
  children,
  kind = '',
  ...rest
}: {
  icon: LucideIcon
  title: string
  text: string
  children: ReactNode
  kind?: string
  onDragOver?: (event: DragEvent) => void
  onDragLeave?: () => void
  onDrop?: (event: DragEvent) => void
}) {
  return (
    <li className={kind} {...rest}>
      <span className="ic">
        <Icon of={icon} />
      </span>
      <div>
        <h2>{title}</h2>
        <p>{text}</p>
      </div>
      {children}
    </li>
  )
}

/** An empty library teaches by doing. */
export function First() {
  const words = useWords(libraryMessages)
  const say = useFailureText()
  const navigate = useNavigate()
  const [over, setOver] = useState(false)
  const sample = useMutation({
    mutationFn: () => call(openSample),
    onSuccess: ({ id }) => {
      void refreshLibrary()
      void navigate({ to: '/conversation/$id', params: { id } })
    },
    onError: (failure) => toast({ text: say(failure), kind: 'warn' }),
  })
  return (
    <div className="first">
      <h1>{words('first.title')}</h1>
      <p>{words('first.text')}</p>
      <ol className="ways">
        <Way icon={Mic} kind="rec" title={words('first.record')} text={words('first.record.text')}>
          <Link to="/live" className={buttonClass({ look: 'go', big: true })}>
            <Icon of={CircleDot} />
            {words('record')}
          </Link>
        </Way>
        <Way
          icon={Upload}
          kind={over ? 'drop over' : 'drop'}
          title={words('first.drop')}
          text={words('first.drop.text')}
          onDragOver={(event) => {
            event.preventDefault()
            setOver(true)
          }}
          onDragLeave={() => setOver(false)}
          onDrop={(event) => {
            event.preventDefault()
            event.stopPropagation()
            handOver(event.dataTransfer.files)
            void navigate({ to: '/upload' })
          }}
        >
          <Link to="/upload" className={buttonClass({ look: 'line', big: true })}>
            {words('first.choose')}
          </Link>
        </Way>
        <Way icon={FileText} title={words('first.sample')} text={words('first.sample.text')}>
          <Button look="line" big busy={sample.isPending} onClick={() => sample.mutate()}>
            {words('first.open')}
          </Button>
        </Way>
      </ol>
      <p className="ghost">
        <span>
          <Keys keys="r" /> {words('first.key.record')}
        </span>
        <span>
          <Keys keys="?" /> {words('first.key.help')}
        </span>
      </p>
    </div>
  )
}
