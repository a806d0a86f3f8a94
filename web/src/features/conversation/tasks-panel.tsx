import type { Task } from '@mina/contract'
import { useQuery } from '@tanstack/react-query'
import { Pencil, Plus, SquareCheck } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { clock, useFormats, useWords } from '../../i18n/index.ts'
import { shell } from '../../i18n/shell/index.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { TextArea, TextField } from '../../ui/field.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { FailedPart } from '../../ui/states.tsx'
import { conversationMessages } from './messages/index.ts'
import { tasksQuery, useTasks } from './notes.ts'

interface Draft {
  text: string
  assignee: string
  due_date: string | null
}

function TaskForm({
  it,
  people,
  onSave,
  onCancel,
  onRemove,
}: {
  it?: Task
  people: readonly string[]
  onSave: (draft: Draft) => void
  onCancel: () => void
  onRemove?: () => void
}) {
  const words = useWords(conversationMessages)
  const shared = useWords(shell)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const given = new FormData(event.currentTarget)
    const read = (name: string) => String(given.get(name) ?? '').trim()
    if (read('text')) onSave({ text: read('text'), assignee: read('assignee'), due_date: read('due') || null })
  }
  return (
    <form
      className="task-form"
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          // Only the task is left, not the sheet that it stands in.
          event.preventDefault()
          onCancel()
        }
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.requestSubmit()
      }}
    >
      <TextArea label={words('tasks.text')} name="text" required maxLength={2000} autoFocus defaultValue={it?.text} />
      <div className="two">
        <TextField
          label={words('tasks.assignee')}
          name="assignee"
          maxLength={120}
          list="task-people"
          defaultValue={it?.assignee}
        />
        <TextField
          label={words('tasks.due')}
          name="due"
          type="date"
          dir="ltr"
          defaultValue={it?.due_date?.slice(0, 10)}
        />
      </div>
      <datalist id="task-people">
        {people.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <div className="row">
        <Button look="go" type="submit">
          {words('tasks.save')}
        </Button>
        <Button onClick={onCancel}>{shared('cancel')}</Button>
        <span className="grow" />
        {onRemove && (
          <Button look="danger" onClick={onRemove}>
            {words('tasks.remove')}
          </Button>
        )}
      </div>
    </form>
  )
}

/** A day is a day wherever one is: it is not moved by the time zone. */
const dayOf = (due: string) => (due.length === 10 ? new Date(`${due}T00:00`) : new Date(due))
const isLate = (it: Task) =>
  it.status === 'open' && it.due_date !== null && dayOf(it.due_date).getTime() < new Date().setHours(0, 0, 0, 0)

export function TasksPanel({
  id,
  people,
  goTo,
}: {
  id: string
  people: readonly string[]
  goTo: (ms: number) => void
}) {
  const words = useWords(conversationMessages)
  const say = useFormats()
  const tasks = useQuery(tasksQuery(id))
  const { add, update, remove } = useTasks(id)
  const [editing, edit] = useState<string | null>(null)

  if (tasks.isPending) return <Skeleton />
  if (tasks.isError) return <FailedPart failure={tasks.error} retry={() => void tasks.refetch()} />
  const one = (it: Task) =>
    editing === it.id ? (
      <li key={it.id}>
        <TaskForm
          it={it}
          people={people}
          onCancel={() => edit(null)}
          onSave={(draft) => {
            edit(null)
            update({ id: it.id, ...draft })
          }}
          onRemove={() => {
            edit(null)
            remove(it)
          }}
        />
      </li>
    ) : (
      <li key={it.id} className={`task ${it.status}`}>
        <input
          type="checkbox"
          id={`task-${it.id}`}
          checked={it.status === 'done'}
          onChange={(event) => update({ id: it.id, status: event.currentTarget.checked ? 'done' : 'open' })}
        />
        <label htmlFor={`task-${it.id}`} dir="auto">
          {it.text}
        </label>
        <small>
          {it.assignee && <span dir="auto">{it.assignee}</span>}
          {it.due_date && (
            <span className={isLate(it) ? 'late-day' : ''}>
              {say.date(dayOf(it.due_date))}
              {isLate(it) && `, ${words('tasks.late')}`}
            </span>
          )}
          {it.start_ms !== null && (
            <button type="button" className="cite" onClick={() => goTo(it.start_ms ?? 0)}>
              {clock(it.start_ms)}
            </button>
          )}
        </small>
        <IconButton
          icon={Pencil}
          label={words('tasks.edit', { text: it.text.slice(0, 60) })}
          className="change"
          onClick={() => edit(it.id)}
        />
      </li>
    )
  const open = tasks.data.items.filter((it) => it.status === 'open')
  const done = tasks.data.items.filter((it) => it.status === 'done')
  return (
    <>
      {!tasks.data.items.length && editing !== 'new' && (
        <div className="teach">
          <Icon of={SquareCheck} />
          <b>{words('tasks.none')}</b>
          <p>{words('tasks.none.text')}</p>
        </div>
      )}
      {open.length > 0 && (
        <section>
          <h2>{words('tasks.open')}</h2>
          <ul>{open.map(one)}</ul>
        </section>
      )}
      {done.length > 0 && (
        <section>
          <h2>{words('tasks.done')}</h2>
          <ul>{done.map(one)}</ul>
        </section>
      )}
      <div className="add">
        {editing === 'new' ? (
          <TaskForm
            people={people}
            onCancel={() => edit(null)}
            onSave={(draft) => {
              edit(null)
              add(draft)
            }}
          />
        ) : (
          <Button look="line" icon={Plus} onClick={() => edit('new')}>
            {words('tasks.add')}
          </Button>
        )}
      </div>
    </>
  )
}
