import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { VirtualListProps } from './virtual-list.tsx'

/** The many rows of a VirtualList: only those near the window are drawn. `heights` knows those that were drawn before. */
export function VirtualRows<Item>({
  items,
  keyOf,
  estimate,
  draw,
  label,
  onEnd,
  total,
  heights,
}: VirtualListProps<Item> & { heights: Map<string, number> }) {
  const list = useRef<HTMLUListElement>(null)
  const [top, setTop] = useState(0)
  useLayoutEffect(() => {
    setTop((list.current?.getBoundingClientRect().top ?? 0) + scrollY)
  }, [])

  const rows = useWindowVirtualizer({
    count: items.length,
    estimateSize(at) {
      const item = items[at] as Item
      return heights.get(keyOf(item, at)) ?? estimate(item, at)
    },
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
