import { Link } from '@tanstack/react-router'
import { MicOff } from 'lucide-react'
import { useWords } from '../../i18n/index.ts'
import type { Refusal } from '../../live/index.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Notice } from '../../ui/states.tsx'
import { liveMessages } from './messages/index.ts'

/** No sound could be had: why, and what to do about it. */
export function Help({ refusal, again }: { refusal: Refusal; again: () => void }) {
  const words = useWords(liveMessages)
  const onPhone = matchMedia('(pointer: coarse)').matches
  const text = refusal === 'denied' && onPhone ? words('help.denied.phone') : words(`help.${refusal}.text`)
  return (
    <div role="alert">
      <Notice
        icon={MicOff}
        warn
        title={words(`help.${refusal}`)}
        text={text}
        tools={
          <>
            <Button look="go" big onClick={again}>
              {words('help.again')}
            </Button>
            <Link to="/upload" className={buttonClass({ look: 'line', big: true })}>
              {words('help.upload')}
            </Link>
          </>
        }
      />
    </div>
  )
}
