import { useMemo } from 'react'
import { pieces } from './marks.ts'

/** A snippet with what was found marked. */
export function Marked({ snippet }: { snippet: string }) {
  const all = useMemo(() => pieces(snippet), [snippet])
  // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text have nothing but their place
  return all.map((it, at) => (it.marked ? <mark key={at}>{it.text}</mark> : <span key={at}>{it.text}</span>))
}
