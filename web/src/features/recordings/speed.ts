const window_ms = 8000

/** Bytes a second over the last seconds; null until that says something. */
export function speedometer(now: () => number = () => performance.now()) {
  let seen: { at: number; sent: number }[] = []
  return (sent: number) => {
    const at = now()
    seen = [...seen.filter((it) => at - it.at < window_ms), { at, sent }]
    const [first] = seen
    if (!first || at - first.at < 500) return null
    return Math.max(0, (sent - first.sent) / ((at - first.at) / 1000))
  }
}
