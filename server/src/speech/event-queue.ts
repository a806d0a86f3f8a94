/** Hands events from callbacks to one `for await` reader, in order. What was pushed before a failure is still read. */
export interface EventQueue<T> extends AsyncIterable<T> {
  push(event: T): void
  end(): void
  fail(reason: unknown): void
  readonly over: boolean
}

export function createEventQueue<T>(): EventQueue<T> {
  const events: T[] = []
  let state: 'open' | 'ended' | 'failed' = 'open'
  let reason: unknown
  let wake: (() => void) | null = null

  const stop = (next: 'ended' | 'failed', why?: unknown) => {
    if (state !== 'open') return
    state = next
    reason = why
    wake?.()
  }

  return {
    get over() {
      return state !== 'open'
    },
    push(event) {
      if (state !== 'open') return
      events.push(event)
      wake?.()
    },
    end: () => stop('ended'),
    fail: (why) => stop('failed', why),
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const event = events.shift()
        if (event !== undefined) yield event
        else if (state === 'failed') throw reason
        else if (state === 'ended') return
        else
          await new Promise<void>((resolve) => {
            wake = resolve
          })
      }
    },
  }
}
