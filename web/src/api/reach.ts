let reached = true
const listeners = new Set<() => void>()

/** Whether the server could be reached the last time: a browser that calls itself online may know of a cable only. */
export const isReached = () => reached

export function noteReached(now: boolean) {
  if (reached === now) return
  reached = now
  for (const listener of listeners) listener()
}

export const onReach = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}
