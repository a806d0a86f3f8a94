import { Link, useNavigate } from '@tanstack/react-router'
import { CircleDot, FileText, Mic, Upload } from 'lucide-react'
import { useState } from 'react'
import { handOver } from '../../app/handed.ts'
import { useOpenSample } from '../../app/open-sample.ts'
import { useWords } from '../../i18n/index.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Keys } from '../../ui/keys.tsx'
import { Way } from '../../ui/way.tsx'
import { libraryMessages } from './messages/index.ts'

/** An empty library teaches by doing. */
export function First() {
  const words = useWords(libraryMessages)
  const navigate = useNavigate()
  const [over, setOver] = useState(false)
  const sample = useOpenSample()
  return (
    <div className="first">
      <h1>{words('first.title')}</h1>
      <p>{words('first.text')}</p>
      <ol className="ways">
        <Way icon={Mic} className="rec" title={words('first.record')} text={words('first.record.text')}>
          <Link to="/live" className={buttonClass({ look: 'go', big: true })}>
            <Icon of={CircleDot} />
            {words('record')}
          </Link>
        </Way>
        <Way
          icon={Upload}
          className={over ? 'drop over' : 'drop'}
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
