import { Highlighter, Pause, Play, Square, SquarePen } from 'lucide-react'
import { useState } from 'react'
import { clock, useWords } from '../../i18n/index.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Checkbox, TextArea } from '../../ui/field.tsx'
import { useShortcuts } from '../../ui/shortcuts.ts'
import { liveMessages } from './messages/index.ts'
import { type Session, useShown } from './session.ts'

interface ControlsProps {
  session: Session
  /** The moment that a note is being written for. */
  noting: number | undefined
  setNoting: (at_ms: number | undefined) => void
  stop: () => void
}

function Note({ session, at_ms, close }: { session: Session; at_ms: number; close: () => void }) {
  const words = useWords(liveMessages)
  const [text, setText] = useState('')
  const [task, setTask] = useState(false)
  const keep = () => {
    if (text.trim()) session.note(task ? 'task' : 'note', text.trim(), at_ms)
    close()
  }
  return (
    <Dialog
      open
      onClose={close}
      title={words('note.title', { time: clock(at_ms) })}
      foot={
        <Button look="go" onClick={keep} disabled={!text.trim()}>
          {words('note.keep')}
        </Button>
      }
    >
      <div className="grid gap-4">
        <TextArea
          label={words('note.text')}
          autoFocus
          maxLength={2000}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey) return
            event.preventDefault()
            keep()
          }}
        />
        <Checkbox label={words('note.task')} checked={task} onChange={setTask} />
      </div>
    </Dialog>
  )
}

export function Controls({ session, noting, setNoting, stop }: ControlsProps) {
  const words = useWords(liveMessages)
  const { state, marks, awake, engine } = useShown(session)
  const group = words('keys.group')
  const highlight = session.highlight
  const note = () => setNoting(state.recorded_ms)
  const turn = () => void (state.paused ? session.resume() : session.pause())
  useShortcuts([
    { keys: 'h', label: words('do.highlight'), group, run: highlight },
    { keys: 'n', label: words('do.note'), group, run: note },
    { keys: 'p', label: words(state.paused ? 'do.resume' : 'do.pause'), group, run: turn },
  ])
  const highlights = marks.filter((it) => it.kind === 'highlight').length
  const notes = marks.length - highlights
  const counted = [
    highlights > 0 && words('info.highlights', { count: highlights }),
    notes > 0 && words('info.notes', { count: notes }),
  ].filter(Boolean)
  return (
    <div className="live-keys">
      <span className="saved info" role="status">
        {counted.length ? counted.join(', ') : engine && words('info.engine', { engine })}
      </span>
      <div className="keys-row">
        <Button look="mark" icon={Highlighter} onClick={highlight}>
          {words('do.highlight')}
          <kbd>H</kbd>
        </Button>
        <Button look="line" icon={SquarePen} onClick={note}>
          {words('do.note')}
          <kbd>N</kbd>
        </Button>
        <span className="gap" />
        <Button look="line" icon={state.paused ? Play : Pause} onClick={turn}>
          {words(state.paused ? 'do.resume' : 'do.pause')}
        </Button>
        <Button look="line" icon={Square} className="stop" onClick={stop}>
          {words('do.stop')}
        </Button>
      </div>
      <span className="saved info end">{awake && words('info.awake')}</span>
      {noting !== undefined && <Note session={session} at_ms={noting} close={() => setNoting(undefined)} />}
    </div>
  )
}
