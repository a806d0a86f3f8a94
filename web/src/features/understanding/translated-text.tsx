import type { StoredTranslation, TranslatedSegment } from '@mina/contract'
import { useQuery } from '@tanstack/react-query'
import { memo, useEffect, useRef } from 'react'
import { clock, useFormats, useWords } from '../../i18n/index.ts'
import { Skeleton } from '../../ui/skeleton.tsx'
import { FailedPart } from '../../ui/states.tsx'
import { VirtualList, type VirtualListControl } from '../../ui/virtual-list.tsx'
import { understandingMessages } from './messages/index.ts'
import { translationQuery } from './query.ts'

interface RowProps {
  one: TranslatedSegment
  heard: boolean
  goTo: (ms: number) => void
}

const Row = memo(function Row({ one, heard, goTo }: RowProps) {
  const words = useWords(understandingMessages)
  return (
    <button
      type="button"
      className={`go-to ${heard ? 'on' : ''} ${one.stale ? 'stale' : ''}`}
      onClick={() => goTo(one.start_ms)}
    >
      <time>{clock(one.start_ms)}</time>
      <span dir="auto">{one.text || words('translation.waiting')}</span>
    </button>
  )
})

/** Guessed by its letters: about 34 stand in a line of the panel. */
const height = ({ text }: TranslatedSegment) => 12 + 22 * Math.max(1, Math.ceil(text.length / 34))

interface TextProps {
  id: string
  read: StoredTranslation
  /** Which passage is heard, so that its translation is marked and kept in sight. */
  heard: string | undefined
  goTo: (ms: number) => void
}

/** All passages in the other language, each a way to where it is said. */
export function TranslatedText({ id, read, heard, goTo }: TextProps) {
  const say = useFormats()
  const list = useRef<VirtualListControl>(null)
  const it = useQuery(translationQuery(id, read.language, read.version))
  const place = heard === undefined ? -1 : (it.data?.segments.findIndex((one) => one.segment_id === heard) ?? -1)
  useEffect(() => {
    if (place >= 0) list.current?.show(place)
  }, [place])
  if (it.isPending) return <Skeleton lines={5} />
  if (it.isError) return <FailedPart failure={it.error} retry={() => void it.refetch()} />
  return (
    <div lang={read.language} className="translation">
      <VirtualList
        boxed
        label={say.languageName(read.language)}
        items={it.data.segments}
        keyOf={(one) => one.segment_id}
        estimate={height}
        draw={(one, at) => <Row one={one} heard={at === place} goTo={goTo} />}
        control={list}
      />
    </div>
  )
}
