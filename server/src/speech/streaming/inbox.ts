export interface Inbox extends AsyncIterable<{ block: Int16Array; flushed?: () => void }> {
  put(block: Int16Array): void
  /** Calls back once everything that came before is worked through. */
  flush(done: () => void): void
  end(): void
  readonly received: number
}

/**
 * Audio that waits for the recogniser. What has piled up is handed over in one go; past the limit the oldest sound is forgotten and silence
 * stands in its place, so that memory is bounded and positions stay true. (The recording itself is kept elsewhere.)
 */
export function createInbox(limit: number): Inbox {
  let blocks: Int16Array[] = []
  let waiting = 0
  let silence = 0
  let received = 0
  let flushes: (() => void)[] = []
  let over = false
  let wake: (() => void) | undefined
  const stir = () => {
    wake?.()
    wake = undefined
  }
  const take = () => {
    const all = new Int16Array(silence + waiting)
    let at = silence
    for (const block of blocks) {
      all.set(block, at)
      at += block.length
    }
    blocks = []
    waiting = silence = 0
    return all
  }
  return {
    put(block) {
      if (over || block.length === 0) return
      received += block.length
      blocks.push(block)
      waiting += block.length
      while (waiting > limit && blocks.length > 1) {
        const dropped = blocks.shift()!.length
        waiting -= dropped
        silence += dropped
      }
      stir()
    },
    flush(done) {
      flushes.push(done)
      stir()
    },
    end() {
      over = true
      stir()
    },
    get received() {
      return received
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        if (waiting + silence > 0 || flushes.length > 0) {
          const calls = flushes
          flushes = []
          const block = take()
          yield calls.length > 0 ? { block, flushed: () => calls.forEach((call) => void call()) } : { block }
        } else if (over) return
        else
          await new Promise<void>((resolve) => {
            wake = resolve
          })
      }
    },
  }
}
