/**
 * Where each of many rows begins, when any of them may turn out taller or shorter than guessed: a binary indexed tree, so
 * that a change and a look-up take 17 steps for 100,000 rows instead of a walk over all of them.
 */
export function offsets(guesses: readonly number[]) {
  const count = guesses.length
  const sizes = Float64Array.from(guesses)
  const sums = new Float64Array(count + 1)
  for (let at = 1; at <= count; at++) {
    sums[at] = (sums[at] ?? 0) + (sizes[at - 1] ?? 0)
    const parent = at + (at & -at)
    if (parent <= count) sums[parent] = (sums[parent] ?? 0) + (sums[at] ?? 0)
  }
  const half = count ? 2 ** Math.floor(Math.log2(count)) : 0

  /** The sum of the sizes of all rows before this one. */
  const start = (row: number) => {
    let sum = 0
    for (let at = Math.min(row, count); at > 0; at -= at & -at) sum += sums[at] ?? 0
    return sum
  }
  return {
    start,
    total: () => start(count),
    size: (row: number) => sizes[row] ?? 0,
    /** The row that lies at this distance from the beginning. */
    rowAt(distance: number) {
      let row = 0
      let left = distance
      for (let step = half; step > 0; step >>= 1) {
        const sum = sums[row + step]
        if (row + step <= count && sum !== undefined && sum <= left) {
          row += step
          left -= sum
        }
      }
      return Math.max(0, Math.min(row, count - 1))
    },
    /** Answers by how much it differs from before. */
    resize(row: number, size: number) {
      const change = size - (sizes[row] ?? 0)
      if (!change || row >= count) return 0
      sizes[row] = size
      for (let at = row + 1; at <= count; at += at & -at) sums[at] = (sums[at] ?? 0) + change
      return change
    },
  }
}
