import type { Highlight, Hue, Segment } from '@mina/contract'
import { useQuery } from '@tanstack/react-query'
import { Ellipsis, Highlighter, X } from 'lucide-react'
import { type FormEvent, useMemo } from 'react'
import { clock, useFormats, useWords } from '../../i18n/index.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { spanAt } from '../../ui/bars.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Icon } from '../../ui/icon.tsx'
import { usePopover } from '../../ui/popover.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { FailedPart } from '../../ui/states.tsx'
import { conversationMessages } from './messages/index.ts'
import { type Colour, colours, commentsQuery, highlightsQuery, useHighlights, useRemoveComment } from './notes.ts'

interface NotesProps {
  id: string
  segments: readonly Segment[]
  hues: ReadonlyMap<string, Hue>
  goTo: (ms: number) => void
}

function Change({
  it,
  labels,
  update,
  remove,
}: {
  it: Highlight
  labels: readonly string[]
  update: (change: { hid: string; label?: string; colour?: Colour }) => void
  remove: (it: Highlight) => void
}) {
  const words = useWords(conversationMessages)
  const { open, close, controls, popover } = usePopover('dialog')
  const label = words('highlights.more', { text: it.text.slice(0, 60) })
  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    close()
    update({ hid: it.id, label: String(new FormData(event.currentTarget).get('label') ?? '').trim() })
  }
  return (
    <>
      <IconButton {...controls} icon={Ellipsis} label={label} className="change" />
      <div {...popover} className="pop body" role="dialog" aria-label={label}>
        {open && (
          <form className="grid gap-3" onSubmit={save}>
            <TextField
              label={words('highlights.label')}
              hint={words('highlights.label.hint')}
              name="label"
              maxLength={64}
              defaultValue={it.label}
              autoFocus
              list="highlight-labels"
            />
            <datalist id="highlight-labels">
              {labels.map((one) => (
                <option key={one} value={one} />
              ))}
            </datalist>
            <fieldset className="swatches">
              <legend className="vh">{words('highlights.colour')}</legend>
              {colours.map((colour) => (
                <button
                  key={colour}
                  type="button"
                  className={`swatch ${colour}`}
                  aria-pressed={it.colour === colour}
                  aria-label={words(`highlights.${colour}`)}
                  data-tip={words(`highlights.${colour}`)}
                  onClick={() => update({ hid: it.id, colour })}
                />
              ))}
            </fieldset>
            <div className="row">
              <Button look="go" type="submit">
                {words('highlights.save')}
              </Button>
              <span className="grow" />
              <Button
                look="danger"
                onClick={() => {
                  close()
                  remove(it)
                }}
              >
                {words('highlights.remove')}
              </Button>
            </div>
          </form>
        )}
      </div>
    </>
  )
}

function Comments({ id, goTo }: Pick<NotesProps, 'id' | 'goTo'>) {
  const words = useWords(conversationMessages)
  const say = useFormats()
  const { data } = useQuery(commentsQuery(id))
  const remove = useRemoveComment(id)
  if (!data?.items.length) return null
  return (
    <>
      <h2>{words('comments.title')}</h2>
      <ul>
        {data.items.map((it) => (
          <li key={it.id} className="comment">
            <p dir="auto">{it.text}</p>
            <small>
              <b dir="auto">{it.name}</b>
              {it.at_ms !== null && (
                <button type="button" className="cite" onClick={() => goTo(it.at_ms ?? 0)}>
                  {clock(it.at_ms)}
                </button>
              )}
              <time dateTime={it.created_at}>{say.date(it.created_at)}</time>
            </small>
            <IconButton
              icon={X}
              label={words('comments.remove', { name: it.name })}
              onClick={() => remove(it.id)}
              className="change"
            />
          </li>
        ))}
      </ul>
    </>
  )
}

export function HighlightsPanel({ id, segments, hues, goTo }: NotesProps) {
  const words = useWords(conversationMessages)
  const highlights = useQuery(highlightsQuery(id))
  const { update, remove } = useHighlights(id)
  const groups = useMemo(() => {
    const found = new Map<string, Highlight[]>()
    const all = [...(highlights.data?.items ?? [])].sort((a, b) => a.start_ms - b.start_ms)
    for (const it of all) found.set(it.label, [...(found.get(it.label) ?? []), it])
    return [...found].sort(([a], [b]) => Number(a === '') - Number(b === ''))
  }, [highlights.data])
  const labels = groups.map(([label]) => label).filter(Boolean)

  if (highlights.isPending) return <Skeleton />
  if (highlights.isError) return <FailedPart failure={highlights.error} retry={() => void highlights.refetch()} />
  return (
    <>
      {!groups.length && (
        <div className="teach">
          <Icon of={Highlighter} />
          <b>{words('highlights.none')}</b>
          <p>{words('highlights.none.text')}</p>
        </div>
      )}
      {groups.map(([label, all]) => (
        <section key={label}>
          <h2 dir="auto">{label || words('highlights.plain')}</h2>
          <ul>
            {all.map((it) => {
              const speaker =
                segments.find((one) => one.id === it.segment_id)?.speaker ?? spanAt(segments, it.start_ms)?.speaker
              return (
                <li key={it.id} className={`hlite ${it.colour}`}>
                  <button type="button" className="go-to" dir="auto" onClick={() => goTo(it.start_ms)}>
                    {it.text}
                  </button>
                  <small>
                    {speaker && <Avatar name={speaker} hue={hues.get(speaker) ?? 0} />}
                    {speaker && <span className="vh">{speaker}</span>}
                    <time>{clock(it.start_ms)}</time>
                  </small>
                  <Change it={it} labels={labels} update={update} remove={remove} />
                </li>
              )
            })}
          </ul>
        </section>
      ))}
      <Comments id={id} goTo={goTo} />
    </>
  )
}
