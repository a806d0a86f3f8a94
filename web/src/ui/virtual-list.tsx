import {
  type ReactNode,
  type Ref,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useReducer,
  useRef,
  useState,
} from 'react'
import { offsets } from './offsets.ts'
import { type View, viewAround, windowView } from './view.ts'

export interface VirtualListControl {
  /** Scrolls so that this row begins at this part of the window (0 its top, 1 its bottom). */
  reveal: (row: number, part?: number) => void
  /** The same where it is out of sight; else nothing moves. */
  show: (row: number) => void
  /** Where in the window this row begins and ends, drawn or not. */
  bounds: (row: number) => { top: number; bottom: number }
  /** Which row lies at this height of the window. */
  rowAt: (y: number) => number
}

interface VirtualListProps<Item> {
  /** The list is laid out anew when this changes: keep it the same while it is the same. */
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
  control?: Ref<VirtualListControl>
  /** Scrolls with the box that it lies in, not with the window. */
  boxed?: boolean
}

/** So much is drawn above and below what is seen. */
const margin = 600

/** Scrolls with the window or a box, draws only what is near it; smooth with a hundred thousand rows. */
export function VirtualList<Item>({
  items,
  keyOf,
  estimate,
  draw,
  label,
  onEnd,
  total,
  control,
  boxed = false,
}: VirtualListProps<Item>) {
  const list = useRef<HTMLUListElement>(null)
  const view = useRef<View>(windowView)
  const known = useRef(new Map<string, number>())
  const [, settle] = useReducer((times: number) => times + 1, 0)
  const [range, setRange] = useState({ from: 0, to: 30 })
  const names = useRef({ keyOf, estimate })
  names.current = { keyOf, estimate }
  const rows = useMemo(() => {
    const { keyOf, estimate } = names.current
    return offsets(items.map((item, at) => known.current.get(keyOf(item, at)) ?? estimate(item, at)))
  }, [items])

  useImperativeHandle(control, () => {
    const bounds = (row: number) => {
      const top = (list.current?.getBoundingClientRect().top ?? 0) + rows.start(row)
      return { top, bottom: top + rows.size(row) }
    }
    const go = (row: number, part: number) =>
      view.current.scrollBy(bounds(row).top - view.current.top() - view.current.height() * part)
    const reveal = (row: number, part = 0.3) => {
      go(row, part)
      // Far rows were guessed; once they are drawn and measured, their place is known.
      requestAnimationFrame(() => requestAnimationFrame(() => go(row, part)))
    }
    return {
      bounds,
      rowAt: (y) => rows.rowAt(y - (list.current?.getBoundingClientRect().top ?? 0)),
      reveal,
      show(row) {
        const { top, bottom } = bounds(row)
        const begins = view.current.top()
        if (top < begins || bottom > begins + view.current.height()) reveal(row)
      },
    }
  }, [rows])

  useLayoutEffect(() => {
    const it = list.current
    if (!it) return
    view.current = boxed ? viewAround(it) : windowView
    const look = () => {
      const scrolled = view.current.top() - it.getBoundingClientRect().top
      const from = rows.rowAt(scrolled - margin)
      const to = rows.rowAt(scrolled + view.current.height() + margin) + 1
      setRange((now) => (now.from === from && now.to === to ? now : { from, to }))
    }
    look()
    const size = new ResizeObserver(look)
    size.observe(it)
    const stop = view.current.watch(look)
    return () => {
      size.disconnect()
      stop()
    }
  }, [rows, boxed])

  const from = Math.min(range.from, items.length)
  const to = Math.min(range.to, items.length)

  const begins = useRef<number>(undefined)
  // Before the picture is painted: what was guessed wrong is put right, and nothing in the window moves for it.
  useLayoutEffect(() => {
    const [edge, scrolled] = [view.current.top(), view.current.scrolled()]
    const start = (list.current?.getBoundingClientRect().top ?? 0) - edge + scrolled
    const before = begins.current ?? start
    begins.current = start
    let changed = false
    // Nor for what came or went above the list, once that is out of sight.
    let above = before < scrolled ? start - before : 0
    for (const row of list.current?.children ?? []) {
      const at = Number((row as HTMLElement).dataset.index)
      const { height, bottom } = row.getBoundingClientRect()
      const change = rows.resize(at, height)
      if (!change) continue
      changed = true
      known.current.set(names.current.keyOf(items[at] as Item, at), height)
      if (bottom < edge) above += change
    }
    if (above) view.current.scrollBy(above)
    if (changed) settle()
  })

  useEffect(() => {
    if (onEnd && to >= items.length - 12) onEnd()
  }, [to, items.length, onEnd])

  return (
    <ul
      ref={list}
      aria-label={label}
      style={{ paddingTop: rows.start(from), paddingBottom: rows.total() - rows.start(to), overflowAnchor: 'none' }}
    >
      {items.slice(from, to).map((item, place) => {
        const at = from + place
        return (
          <li key={keyOf(item, at)} data-index={at} aria-setsize={total ?? items.length} aria-posinset={at + 1}>
            {draw(item, at)}
          </li>
        )
      })}
    </ul>
  )
}
