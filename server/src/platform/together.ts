/**
 * Those who ask the same while it is being read share the next reading. It begins after all of them asked, so each sees
 * what was written before; and however many ask at once, two readings are all it takes. What is shared is not changed.
 */
export function readingTogether<T>() {
  const running = new Map<string, Promise<T>>()
  const following = new Map<string, Promise<T>>()

  return (key: string, read: () => Promise<T>): Promise<T> => {
    const begin = (): Promise<T> => {
      following.delete(key)
      const reading = read().finally(() => {
        if (running.get(key) === reading) running.delete(key)
      })
      running.set(key, reading)
      return reading
    }
    const now = running.get(key)
    if (!now) return begin()
    const next = following.get(key) ?? now.then(begin, begin)
    following.set(key, next)
    return next
  }
}
