/** The samples that may still be needed, found by their position in the recording; what lies before is let go. */
export interface Tape {
  append(block: Int16Array): void
  /** Clamped to what is there. */
  read(from: number, to: number): Int16Array
  forget(before: number): void
  readonly start: number
  readonly end: number
}

export function createTape(): Tape {
  const blocks: { start: number; samples: Int16Array }[] = []
  let end = 0
  return {
    append(samples) {
      if (samples.length === 0) return
      blocks.push({ start: end, samples })
      end += samples.length
    },
    read(from, to) {
      const first = Math.max(from, blocks[0]?.start ?? end)
      const last = Math.min(to, end)
      const out = new Int16Array(Math.max(0, last - first))
      for (const { start, samples } of blocks) {
        const low = Math.max(first, start)
        const high = Math.min(last, start + samples.length)
        if (low < high) out.set(samples.subarray(low - start, high - start), low - first)
      }
      return out
    },
    forget(before) {
      while (blocks[0] && blocks[0].start + blocks[0].samples.length <= before) blocks.shift()
    },
    get start() {
      return blocks[0]?.start ?? end
    },
    get end() {
      return end
    },
  }
}
