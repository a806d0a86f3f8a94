import type { Conversation } from '@mina/contract'
import { Link } from '@tanstack/react-router'
import { Plus, X } from 'lucide-react'
import { type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react'
import { named } from '../../app/named.ts'
import { clock, useFormats, useWords } from '../../i18n/index.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Icon } from '../../ui/icon.tsx'
import { usePopover } from '../../ui/popover.tsx'
import { conversationMessages } from './messages/index.ts'

/** A click on the title makes it a field in the same letters. */
function Title({ title, onRename }: { title: string; onRename: (title: string) => void }) {
  const words = useWords(conversationMessages)
  const [editing, edit] = useState(false)
  const area = useRef<HTMLTextAreaElement>(null)
  const left = useRef(false)
  const fit = () => {
    const it = area.current
    if (!it) return
    it.style.height = 'auto'
    it.style.height = `${it.scrollHeight}px`
  }
  useLayoutEffect(() => {
    if (!editing) return
    left.current = false
    fit()
    area.current?.focus()
    area.current?.select()
  })
  const leave = (typed: string | null) => {
    if (left.current) return
    left.current = true
    edit(false)
    const wanted = typed?.replace(/\s+/g, ' ').trim()
    if (wanted && wanted !== title) onRename(wanted)
  }
  const key = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return
    if (event.key !== 'Enter' && event.key !== 'Escape') return
    event.preventDefault()
    leave(event.key === 'Enter' ? event.currentTarget.value : null)
  }
  if (editing)
    return (
      <h1>
        <textarea
          ref={area}
          className="title"
          rows={1}
          maxLength={255}
          dir="auto"
          aria-label={words('title.label')}
          defaultValue={title}
          onInput={fit}
          onKeyDown={key}
          onBlur={(event) => leave(event.currentTarget.value)}
        />
      </h1>
    )
  return (
    <h1>
      <button type="button" className="title" dir="auto" data-tip={words('title.rename')} onClick={() => edit(true)}>
        {title || words('untitled')}
      </button>
    </h1>
  )
}

function Tags({
  tags,
  known,
  onTags,
}: {
  tags: readonly string[]
  known: readonly string[]
  onTags: (tags: string[]) => void
}) {
  const words = useWords(conversationMessages)
  const { open, close, controls, popover } = usePopover('dialog')
  return (
    <div className="tags-line">
      {tags.map((tag) => (
        <span key={tag} className="badge">
          <Link to="/library" search={{ tag }} dir="auto">
            {tag}
          </Link>
          <IconButton
            icon={X}
            label={words('tag.remove', { tag })}
            onClick={() => onTags(tags.filter((it) => it !== tag))}
          />
        </span>
      ))}
      <button type="button" {...controls} className="add-tag">
        <Icon of={Plus} className="tiny" />
        {words('tag.add')}
      </button>
      <div {...popover} className="pop body" role="dialog" aria-label={words('tag.add')}>
        {open && (
          <form
            className="grid gap-3"
            onSubmit={(event) => {
              event.preventDefault()
              const tag = String(new FormData(event.currentTarget).get('tag') ?? '').trim()
              close()
              if (tag && !tags.includes(tag)) onTags([...tags, tag])
            }}
          >
            <TextField label={words('tag.name')} name="tag" maxLength={40} required autoFocus list="known-tags" />
            <datalist id="known-tags">
              {known.map((it) => (
                <option key={it} value={it} />
              ))}
            </datalist>
            <Button look="go" type="submit">
              {words('tag.save')}
            </Button>
          </form>
        )}
      </div>
    </div>
  )
}

export function Heading({
  conversation: it,
  speakers,
  knownTags,
  onChange,
}: {
  conversation: Conversation
  speakers: number
  knownTags: readonly string[]
  onChange: (change: { title?: string; tags?: string[] }) => void
}) {
  const words = useWords(conversationMessages)
  const say = useFormats()
  return (
    <div className="head-in">
      <Title title={named(it.title)} onRename={(title) => onChange({ title })} />
      <p className="meta">
        <time dateTime={it.created_at}>
          {say.date(it.created_at)}, {say.hour(it.created_at)}
        </time>
        {it.duration_s > 0 && <span>{clock(it.duration_s * 1000)}</span>}
        {it.word_count > 0 && <span>{words('meta.words', { count: it.word_count })}</span>}
        {it.language && it.language !== 'auto' && it.language !== 'multi' && (
          <span>{say.languageName(it.language)}</span>
        )}
        {speakers > 0 && <span>{words('meta.speakers', { count: speakers })}</span>}
      </p>
      <Tags tags={it.tags} known={knownTags} onTags={(tags) => onChange({ tags })} />
    </div>
  )
}
