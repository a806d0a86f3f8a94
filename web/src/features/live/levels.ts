/** How loud it was, a tenth of a second each, from the first sound on. */
export interface Levels {
  all: () => readonly number[]
  push: (level: number) => void
  subscribe: (listener: (level: number) => void) => () => void
}

export function levels(): Levels {
  const kept: number[] = []
  const listeners = new Set<(level: number) => void>()
  return {
    all: () => kept,
    push(level) {
      kept.push(level)
      for (const listener of listeners) listener(level)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
