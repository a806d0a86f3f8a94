import { useEffect, useState } from 'react'
import { flushSync } from 'react-dom'

/** Only what is near the window is drawn; on paper all of it must be. */
export function usePrinting() {
  const [printing, set] = useState(false)
  useEffect(() => {
    const paper = matchMedia('print')
    const draw = (it: boolean) => flushSync(() => set(it))
    const before = () => draw(true)
    const after = () => draw(false)
    const change = () => draw(paper.matches)
    addEventListener('beforeprint', before)
    addEventListener('afterprint', after)
    paper.addEventListener('change', change)
    return () => {
      removeEventListener('beforeprint', before)
      removeEventListener('afterprint', after)
      paper.removeEventListener('change', change)
    }
  }, [])
  return printing
}
