import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react'

interface VirtualListProps<Item> {
  items: readonly Item[]
  keyOf: (item: Item, at: number) => string
  /** A fair guess of the height; each row is measured once it is drawn. */
  estimate: (item: Item, at: number) => number
  draw: (item: Item, at: number) => ReactNode
  label: string
  /** Called when the end comes near: fetch the next page. */
  onEnd?: () => void
  /** How many there are in all, where that is known, for those who hear the list. */
  total?: number
}

/** Scrolls with the window, draws only what is near it; smooth with a hundred thousand rows. */
export function VirtualList<Item>({ items, keyOf, estimate, draw, label, onEnd, total }: VirtualListProps<Item>) {
  const list = useRef<HTMLUListElement>(null)
  const [top, setTop] = useState(0)
  useLayoutEffect(() => {
    setTop((list.current?.getBoundingClientRect().top ?? 0) + scrollY)
  }, [])

  const rows = useWindowVirtualizer({
    count: items.length,
    estimateSize: (at) => estimate(items[at] as Item, at),
    getItemKey: (at) => keyOf(items[at] as Item, at),
    overscan: 8,
    scrollMargin: top,
    useAnimationFrameWithResizeObserver: true,
  })
  const drawn = rows.getVirtualItems()
  const last = drawn.at(-1)?.index ?? -1

  useEffect(() => {
    if (onEnd && last >= items.length - 12) onEnd()
  }, [last, items.length, onEnd])

  return (
    <ul ref={list} aria-label={label} className="relative" style={{ height: rows.getTotalSize() }}>
      {drawn.map((row) => (
        <li
          key={row.key}
          ref={rows.measureElement}
          data-index={row.index}
          aria-setsize={total ?? items.length}
          aria-posinset={row.index + 1}
          className="absolute inset-x-0 top-0"
          style={{ transform: `translateY(${row.start - top}px)` }}
        >
          {draw(items[row.index] as Item, row.index)}
        </li>
      ))}
    </ul>
  )
}
