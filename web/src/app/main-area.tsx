import { type ReactNode, useEffect, useRef } from 'react'

let first = true

/**
 * The page's main part: names the window, and takes the focus when the route changes, so that those who hear the page
 * are told where they are. Not on the first load: there the browser begins at the top.
 */
export function Main({
  title,
  className = 'page',
  children,
}: {
  title: string
  className?: string
  children: ReactNode
}) {
  const area = useRef<HTMLElement>(null)
  useEffect(() => {
    document.title = title === 'Mina' ? title : `${title}, Mina`
  }, [title])
  useEffect(() => {
    const own = area.current?.contains(document.activeElement)
    if (!first && !own) area.current?.focus({ preventScroll: true })
    first = false
  }, [])
  return (
    <main id="main" ref={area} tabIndex={-1} className={className}>
      {children}
    </main>
  )
}
