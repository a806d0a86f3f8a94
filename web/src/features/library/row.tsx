import { type ConversationItem, hueOf, updateConversation } from '@mina/contract'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Ellipsis, FileDown, ListChecks, Pencil, Share, Trash2 } from 'lucide-react'
import { type KeyboardEvent, memo, useRef, useState } from 'react'
import { call } from '../../api/call.ts'
import { useFailureText } from '../../api/failure.ts'
import { named } from '../../app/named.ts'
import { clock, useFormats, useWords } from '../../i18n/index.ts'
import { Avatars } from '../../ui/avatar.tsx'
import { IconButton } from '../../ui/button.tsx'
import { Menu } from '../../ui/menu.tsx'
import { toast } from '../../ui/toast.ts'
import { prefetchConversation } from '../conversation/query.ts'
import { Marked } from '../search/marked.tsx'
import { libraryMessages } from './messages/index.ts'
import { changeListed } from './query.ts'
import { RowStatus } from './row-status.tsx'

export interface RowActions {
  share: (it: ConversationItem) => void
  exportIt: (it: ConversationItem) => void
  remove: (ids: string[]) => void
  pick: (id: string, on: boolean, range: boolean) => void
}

function Rename({ it, onDone }: { it: ConversationItem; onDone: () => void }) {
  const words = useWords(libraryMessages)
  const say = useFailureText()
  const { mutate } = useMutation({
    mutationFn: (title: string) => call(updateConversation, { params: { id: it.id }, body: { title } }),
    onMutate: (title) => changeListed(new Set([it.id]), ({ title_marked: _, ...one }) => ({ ...one, title })),
    onError: (failure) => {
      changeListed(new Set([it.id]), (one) => ({ ...one, title: it.title }))
      toast({ text: say(failure), kind: 'warn' })
    },
  })
  const left = useRef(false)
  const keep = (typed: string) => {
    if (left.current) return
    left.current = true
    const title = typed.trim()
    if (title && title !== it.title) mutate(title)
    onDone()
  }
  const key = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter') keep(event.currentTarget.value)
    if (event.key === 'Escape') {
      left.current = true
      onDone()
    }
  }
  return (
    <input
      className="rename"
      ref={(it) => it?.focus()}
      maxLength={255}
      dir="auto"
      aria-label={words('row.title')}
      defaultValue={named(it.title)}
      onFocus={(event) => event.currentTarget.select()}
      onBlur={(event) => keep(event.currentTarget.value)}
      onKeyDown={key}
    />
  )
}

function RowMenu({ it, actions, rename }: { it: ConversationItem; actions: RowActions; rename: () => void }) {
  const words = useWords(libraryMessages)
  return (
    <Menu
      label={words('more', { title: it.title })}
      opener={(opener) => <IconButton {...opener} icon={Ellipsis} label={words('more', { title: it.title })} />}
      choices={[
        { label: words('row.share'), icon: Share, onChoose: () => actions.share(it) },
        { label: words('row.export'), icon: FileDown, onChoose: () => actions.exportIt(it) },
        { label: words('row.rename'), icon: Pencil, onChoose: rename },
        { label: words('row.choose'), icon: ListChecks, onChoose: () => actions.pick(it.id, true, false) },
        null,
        { label: words('row.delete'), icon: Trash2, danger: true, onChoose: () => actions.remove([it.id]) },
      ]}
    />
  )
}

/** How many words in which language, or that there are none. */
function Facts({ it }: { it: ConversationItem }) {
  const words = useWords(libraryMessages)
  const say = useFormats()
  if (!it.word_count && it.status !== 'draft' && it.status !== 'final') return null
  if (it.status === 'draft' && !it.word_count) return <span className="facts">{words('row.draft')}</span>
  return (
    <span className="facts">
      <span>{words('row.words', { count: it.word_count })}</span>
      {it.language && it.word_count > 0 && <span>{say.languageName(it.language)}</span>}
    </span>
  )
}

/** Long enough to mean it: a pointer that only passes by fetches nothing. */
const meant = 90

export const Row = memo(function Row({
  it,
  found,
  picked,
  actions,
}: {
  it: ConversationItem
  /** It is a result of a search: its snippet opens at that second, and its date is not in the margin. */
  found: boolean
  picked: boolean
  actions: RowActions
}) {
  const words = useWords(libraryMessages)
  const say = useFormats()
  const [renaming, rename] = useState(false)
  const timer = useRef(0)
  const title = named(it.title) || words('row.untitled')
  const duration = it.duration_s * 1000
  const soon = () => {
    timer.current = window.setTimeout(() => prefetchConversation(it.id), meant)
  }
  const never = () => clearTimeout(timer.current)
  const at = found && it.snippet_ms !== undefined ? Math.floor(it.snippet_ms / 1000) : undefined
  return (
    <article
      className={`item ${it.status === 'live' ? 'live' : it.status === 'failed' ? 'fail' : ''} ${picked ? 'picked' : ''}`}
      onPointerEnter={soon}
      onPointerLeave={never}
    >
      <span className="lead">
        <time dateTime={it.created_at}>{found ? say.date(it.created_at) : say.hour(it.created_at)}</time>
        <input
          type="checkbox"
          className="pick"
          aria-label={words('row.select', { title })}
          checked={picked}
          onClick={(event) => actions.pick(it.id, !picked, event.shiftKey)}
          onChange={() => undefined}
        />
      </span>
      <div className="main">
        {renaming ? (
          <Rename it={it} onDone={() => rename(false)} />
        ) : (
          <Link
            className="ti"
            to="/conversation/$id"
            params={{ id: it.id }}
            search={at === undefined ? {} : { t: at }}
            data-id={it.id}
            dir="auto"
            onFocus={soon}
            onBlur={never}
          >
            {it.title_marked ? <Marked snippet={it.title_marked} /> : title}
          </Link>
        )}
        {it.snippet && it.status !== 'failed' && (
          <p className={`sn ${it.status === 'live' || it.status === 'processing' ? 'two' : ''}`} dir="auto">
            {at !== undefined && <time className="cite">{clock(at * 1000)}</time>}
            <Marked snippet={it.snippet} />
          </p>
        )}
        <RowStatus it={it} />
      </div>
      <span className="tg">
        {it.tags.slice(0, 2).map((tag) => (
          <Link key={tag} to="/library" search={{ tag }} className="tag" dir="auto">
            {tag}
          </Link>
        ))}
        {it.open_tasks > 0 && <span className="tag">{words('row.tasks', { count: it.open_tasks })}</span>}
      </span>
      <span className="voices">
        <Avatars people={it.speakers.map((name, place) => ({ name, hue: hueOf(place) }))} />
      </span>
      <span className="len">
        {it.status === 'live' && <span className="dot" />}
        {(duration > 0 || it.status === 'live') && (
          <time>
            <span className="vh">{say.spokenTime(duration)}</span>
            <span aria-hidden="true">{clock(duration)}</span>
          </time>
        )}
      </span>
      <Facts it={it} />
      <div className="acts">
        <IconButton icon={Share} label={words('row.share')} onClick={() => actions.share(it)} className="opt" />
        <RowMenu it={it} actions={actions} rename={() => rename(true)} />
      </div>
    </article>
  )
})
