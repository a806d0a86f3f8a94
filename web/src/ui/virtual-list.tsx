import { lazy, type ReactNode, Suspense, useEffect, useLayoutEffect, useRef } from 'react'

export interface VirtualListProps<Item> {
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

/** So many rows are simply drawn. */
const few = 60

const load = () => import('./virtual-rows.tsx')
// A component of any item; the names of its props are checked where it is used below.
const VirtualRows = lazy(async () => ({ default: (await load()).VirtualRows<never> }))

/**
 * Scrolls with the window, draws only what is near it; smooth with a hundred thousand rows. The first rows are drawn
 * without the machinery for that, which arrives while they are read: most libraries open without ever needing it.
 */
export function VirtualList<Item>(props: VirtualListProps<Item>) {
  const heights = useRef(new Map<string, number>())
  const plain = <PlainRows {...props} heights={heights.current} />
  const rest = props as unknown as VirtualListProps<never>
  return (
    <Suspense fallback={plain}>
      {props.items.length > few ? <VirtualRows {...rest} heights={heights.current} /> : plain}
    </Suspense>
  )
}

function PlainRows<Item>({
  items,
  keyOf,
  draw,
  label,
  onEnd,
  total,
  heights,
}: VirtualListProps<Item> & { heights: Map<string, number> }) {
  const list = useRef<HTMLUListElement>(null)
  const end = useRef<HTMLLIElement>(null)
  const shown = items.slice(0, few)

  useLayoutEffect(() => {
    for (const row of list.current?.querySelectorAll<HTMLElement>('[data-key]') ?? []) {
      heights.set(row.dataset.key ?? '', row.offsetHeight)
    }
  })
  useEffect(() => {
    if (!end.current || !onEnd) return
    const near = new IntersectionObserver(
      ([it]) => {
        if (!it?.isIntersecting) return
        void load()
        onEnd()
      },
      { rootMargin: '800px' },
    )
    near.observe(end.current)
    return () => near.disconnect()
  }, [onEnd])

  return (
    <ul ref={list} aria-label={label}>
      {shown.map((item, at) => (
        <li
          key={keyOf(item, at)}
          data-key={keyOf(item, at)}
          aria-setsize={total ?? items.length}
          aria-posinset={at + 1}
        >
          {draw(item, at)}
        </li>
      ))}
      <li ref={end} aria-hidden="true" />
    </ul>
  )
}
