import { Highlighter, Pause, Play, Square, SquarePen } from 'lucide-react'
import { useState } from 'react'
import { useEngineName } from '../../app/engine-names.ts'
import { clock, useWords } from '../../i18n/index.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Checkbox, TextArea } from '../../ui/field.tsx'
import { useShortcuts } from '../../ui/shortcuts.ts'
import { liveMessages } from './messages/index.ts'
import { type Draft, type Session, useShown } from './session.ts'

interface ControlsProps {
  session: Session
  stop: () => void
}

function Note({ session, draft, close }: { session: Session; draft: Draft; close: () => void }) {
  const words = useWords(liveMessages)
  const keep = () => {
    session.keepDraft()
    close()
  }
  const drop = () => {
    session.draft(undefined)
    close()
  }
  return (
    <Dialog
      open
      // What was written stays, for the next time.
      onClose={draft.text.trim() ? close : drop}
      title={words('note.title', { time: clock(draft.at_ms) })}
      foot={
        <>
          {draft.text.trim() && <Button onClick={drop}>{words('note.drop')}</Button>}
          <Button look="go" onClick={keep} disabled={!draft.text.trim()}>
            {words('note.keep')}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <TextArea
          label={words('note.text')}
          autoFocus
          maxLength={2000}
          value={draft.text}
          onChange={(event) => session.draft({ ...draft, text: event.currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
            event.preventDefault()
            keep()
          }}
        />
        <Checkbox
          label={words('note.task')}
          checked={draft.isTask}
          onChange={(isTask) => session.draft({ ...draft, isTask })}
        />
      </div>
    </Dialog>
  )
}

export function Controls({ session, stop }: ControlsProps) {
  const words = useWords(liveMessages)
  const { state, marks, draft, awake, engine } = useShown(session)
  const engineName = useEngineName()
  const [noting, setNoting] = useState(false)
  const group = words('keys.group')
  const highlight = session.highlight
  const note = () => {
    if (!draft) session.draft({ at_ms: state.recorded_ms, text: '', isTask: false })
    setNoting(true)
  }
  const turn = () => void (state.paused ? session.resume() : session.pause())
  useShortcuts([
    { keys: 'h', label: words('do.highlight'), group, run: highlight },
    { keys: 'n', label: words('do.note'), group, run: note },
    { keys: 'p', label: words(state.paused ? 'do.resume' : 'do.pause'), group, run: turn },
  ])
  const by = engine === 'local' ? words('info.builtIn') : engine && words('info.engine', { engine: engineName(engine) })
  /** Begun, and not looked at now. */
  const left = draft && !noting
  const highlights = marks.filter((it) => it.kind === 'highlight').length
  const notes = marks.length - highlights
  const counted = [
    highlights > 0 && words('info.highlights', { count: highlights }),
    notes > 0 && words('info.notes', { count: notes }),
  ].filter(Boolean)
  return (
    <div className="live-keys">
      <span className="saved info" role="status">
        {left ? words('info.draft') : counted.join(', ') || by}
      </span>
      <div className="keys-row">
        <Button look="mark" icon={Highlighter} onClick={highlight}>
          {words('do.highlight')}
          <kbd>H</kbd>
        </Button>
        <Button look="line" icon={SquarePen} onClick={note}>
          {words(left ? 'do.noteOn' : 'do.note')}
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
      {noting && draft && <Note session={session} draft={draft} close={() => setNoting(false)} />}
    </div>
  )
}
