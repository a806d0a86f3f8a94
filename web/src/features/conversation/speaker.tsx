import type { Hue, Segment } from '@mina/contract'
import { type FormEvent, useState } from 'react'
import { useWords } from '../../i18n/index.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { usePopover } from '../../ui/popover.tsx'
import { conversationMessages } from './messages/index.ts'

interface SpeakerProps {
  segment: Segment
  hues: ReadonlyMap<string, Hue>
  rename: (from: string, to: string) => void
  set: (segment: string, speaker: string | null) => void
}

function Choices({ segment, hues, rename, set, close }: SpeakerProps & { close: () => void }) {
  const words = useWords(conversationMessages)
  const [name, type] = useState(segment.speaker ?? '')
  const typed = name.trim()
  const changed = typed !== '' && typed !== segment.speaker
  const others = [...hues].filter(([one]) => one !== segment.speaker)
  const here = () => {
    close()
    if (changed) set(segment.id, typed)
  }
  const everywhere = (event: FormEvent) => {
    event.preventDefault()
    if (!segment.speaker) return here()
    close()
    if (changed) rename(segment.speaker, typed)
  }
  return (
    <form className="grid gap-3" onSubmit={everywhere}>
      <TextField
        label={words('speaker.label')}
        autoFocus
        maxLength={120}
        value={name}
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => type(event.currentTarget.value)}
      />
      <div className="row flex-wrap">
        {segment.speaker && (
          <Button look="go" type="submit" disabled={!changed}>
            {words('speaker.everywhere')}
          </Button>
        )}
        <Button
          look={segment.speaker ? 'line' : 'go'}
          type={segment.speaker ? 'button' : 'submit'}
          disabled={!changed}
          onClick={here}
        >
          {words('speaker.here')}
        </Button>
      </div>
      {others.length > 0 && (
        <div className="grid">
          <p className="small muted">{words('speaker.others')}</p>
          {others.map(([one, hue]) => (
            <button
              key={one}
              type="button"
              className="choice"
              onClick={() => {
                close()
                set(segment.id, one)
              }}
            >
              <Avatar name={one} hue={hue} />
              <span dir="auto">{one}</span>
            </button>
          ))}
        </div>
      )}
    </form>
  )
}

/** The name in the margin; pressed, it can be put right, here or everywhere. */
export function Speaker(props: SpeakerProps) {
  const words = useWords(conversationMessages)
  const { open, close, controls, popover } = usePopover('dialog')
  const { speaker } = props.segment
  return (
    <>
      <button
        type="button"
        {...controls}
        className={`name ${speaker ? '' : 'nobody'}`}
        aria-label={speaker ? words('speaker.change', { name: speaker }) : words('speaker.name')}
      >
        <b dir="auto">{speaker ?? words('speaker.name')}</b>
      </button>
      <div {...popover} className="pop body" role="dialog" aria-label={words('speaker.label')}>
        {open && <Choices {...props} close={close} />}
      </div>
    </>
  )
}
