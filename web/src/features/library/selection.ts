import { useCallback, useMemo, useRef, useState } from 'react'

/** Which rows are chosen; with Shift, all between this one and the last. What left the list is no longer chosen. */
export function useSelection(ids: readonly string[]) {
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  const listed = useRef(ids)
  listed.current = ids
  const last = useRef<string | null>(null)

  const pick = useCallback((id: string, on: boolean, range: boolean) => {
    const from = range && last.current ? listed.current.indexOf(last.current) : -1
    const to = listed.current.indexOf(id)
    const meant = from < 0 ? [id] : listed.current.slice(Math.min(from, to), Math.max(from, to) + 1)
    last.current = id
    setPicked((now) => {
      const next = new Set(now)
      for (const it of meant) {
        if (on) next.add(it)
        else next.delete(it)
      }
      return next
    })
  }, [])
  const clear = useCallback(() => setPicked((now) => (now.size ? new Set() : now)), [])
  const all = useMemo(() => new Set(ids.filter((id) => picked.has(id))), [ids, picked])
  return { all, pick, clear }
}
