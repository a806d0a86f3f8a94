import type { Highlight, Hue, Segment } from '@mina/contract'
import { Ellipsis, Highlighter, Link, Merge, Pencil, SquareCheck, Trash2 } from 'lucide-react'
import { memo, useMemo } from 'react'
import { clock, useWords } from '../../i18n/index.ts'
import { Avatar, hueClass } from '../../ui/avatar.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Editor } from './editor.tsx'
import { conversationMessages } from './messages/index.ts'
import { type Layer, layered, placeOf } from './pieces.ts'
import type { Editing, SegmentActions } from './segment-actions.ts'
import { Speaker } from './speaker.tsx'
import { doubtfulWords, type Range } from './words.ts'

interface RowProps {
  segment: Segment
  /** The same voice goes on: only the time stands in the margin. */
  continues: boolean
  /** Nothing stands before it that it could be joined with. */
  first: boolean
  last: boolean
  hues: ReadonlyMap<string, Hue>
  highlights: readonly Highlight[]
  found: readonly (Range & { chosen: boolean })[]
  heard: boolean
  canEdit: boolean
  editing: Editing | null
  /** There is sound to listen to while writing. */
  hasSound: boolean
  conflict: string | undefined
  translation: string | undefined
  actions: SegmentActions
}

const nothing: readonly never[] = []

function Text({ segment, highlights, found }: Pick<RowProps, 'segment' | 'highlights' | 'found'>) {
  const words = useWords(conversationMessages)
  const cut = useMemo(() => {
    const layers: Layer[] = doubtfulWords(segment).map((it) => ({ start: it.start, end: it.end, className: 'doubt' }))
    for (const it of highlights) {
      const at = placeOf(it, segment)
      if (at) layers.push({ ...at, className: `mark ${it.colour}` })
    }
    for (const it of found) layers.push({ ...it, className: it.chosen ? 'found chosen-find' : 'found' })
    return layered(segment.text, layers)
  }, [segment, highlights, found])
  return cut.map(({ text, className }, at) => {
    const key = `${at} ${className}`
    if (!className) return <span key={key}>{text}</span>
    if (className.includes('mark') || className.includes('found'))
      return (
        <mark key={key} className={className}>
          {text}
        </mark>
      )
    return (
      <span key={key} className={className} title={words('segment.doubt')}>
        {text}
      </span>
    )
  })
}

function RowMenu({ segment, first, actions }: Pick<RowProps, 'segment' | 'first' | 'actions'>) {
  const words = useWords(conversationMessages)
  const label = words('segment.more', { time: clock(segment.start_ms) })
  return (
    <Menu
      label={label}
      opener={(it) => <IconButton {...it} icon={Ellipsis} label={label} className="change" />}
      choices={[
        { label: words('segment.edit'), icon: Pencil, onChoose: () => actions.edit({ id: segment.id }) },
        { label: words('segment.merge'), icon: Merge, disabled: first, onChoose: () => actions.merge(segment) },
        null,
        { label: words('select.highlight'), icon: Highlighter, onChoose: () => actions.highlight(segment) },
        { label: words('select.task'), icon: SquareCheck, onChoose: () => actions.task(segment) },
        { label: words('select.share'), icon: Link, onChoose: () => actions.share(segment) },
        null,
        { label: words('segment.delete'), icon: Trash2, danger: true, onChoose: () => actions.remove(segment) },
      ]}
    />
  )
}

function Conflict({ segment, mine, actions }: { segment: Segment; mine: string; actions: SegmentActions }) {
  const words = useWords(conversationMessages)
  return (
    <div className="conflict" role="alert">
      <p>{words('conflict.text')}</p>
      <blockquote dir="auto">{mine}</blockquote>
      <div className="row flex-wrap">
        <Button
          look="line"
          onClick={() => {
            actions.settle(segment.id)
            actions.saveText(segment, { text: mine, base: segment.text })
          }}
        >
          {words('conflict.mine')}
        </Button>
        <Button onClick={() => actions.settle(segment.id)}>{words('conflict.theirs')}</Button>
      </div>
    </div>
  )
}

export const SegmentRow = memo(function SegmentRow(props: RowProps) {
  const { segment, continues, hues, highlights, found, heard, canEdit, editing, conflict, translation, actions } = props
  const words = useWords(conversationMessages)
  const time = clock(segment.start_ms)
  const hue = (segment.speaker && hues.get(segment.speaker)) || 0
  const label = words('segment.text', { time })
  return (
    <section
      className={`turn ${continues ? 'continues' : ''} ${heard ? 'on' : ''} ${segment.is_final ? '' : 'interim'}`}
      data-segment={segment.id}
    >
      <div className={`by ${hueClass(hue)}`}>
        {!continues && (segment.speaker || canEdit) && (
          <>
            {canEdit ? (
              <Speaker segment={segment} hues={hues} rename={actions.rename} set={actions.setSpeaker} />
            ) : (
              <b dir="auto">{segment.speaker}</b>
            )}
            {segment.speaker && <Avatar name={segment.speaker} hue={hue} />}
          </>
        )}
        <button
          type="button"
          className="when"
          aria-label={words('segment.play', { time })}
          onClick={() => actions.play(segment.start_ms)}
        >
          <time>{time}</time>
        </button>
        {canEdit && <RowMenu segment={segment} first={props.first} actions={actions} />}
      </div>
      <div className="said">
        {editing ? (
          <Editor
            text={editing.text ?? segment.text}
            at={editing.at}
            label={label}
            onSave={(it) => actions.saveText(segment, it)}
            onCancel={() => actions.edit(null)}
            onSplit={(it, at) => actions.split(segment, it, at)}
            onMerge={(it) => actions.join(segment, it)}
            onCross={(it, by) => actions.cross(segment, it, by)}
            isFirst={props.first}
            isLast={props.last}
            onListen={props.hasSound ? () => actions.listen(segment) : undefined}
          />
        ) : (
          <p className="tx" dir="auto" data-text={segment.id}>
            <Text
              segment={segment}
              highlights={highlights.length ? highlights : nothing}
              found={found.length ? found : nothing}
            />
          </p>
        )}
        {translation && (
          <p className="translated" dir="auto">
            {translation}
          </p>
        )}
        {conflict !== undefined && <Conflict segment={segment} mine={conflict} actions={actions} />}
      </div>
    </section>
  )
})
