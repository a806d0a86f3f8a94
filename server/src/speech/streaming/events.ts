/** Events put in on one side and iterated on the other; ends when it is told to. Nothing is dropped. */
export interface EventQueue<Event> extends AsyncIterable<Event> {
  put(event: Event): void
  end(): void
  fail(error: unknown): void
}

export function createEventQueue<Event>(): EventQueue<Event> {
  const waiting: Event[] = []
  let over = false
  let failure: { error: unknown } | undefined
  let wake: (() => void) | undefined
  const stir = () => {
    wake?.()
    wake = undefined
  }
  return {
    put(event) {
      if (over) return
      waiting.push(event)
      stir()
    },
    end() {
      over = true
      stir()
    },
    fail(error) {
      if (over) return
      failure = { error }
      over = true
      stir()
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const event = waiting.shift()
        if (event !== undefined) yield event
        else if (failure) throw failure.error
        else if (over) return
        else
          await new Promise<void>((resolve) => {
            wake = resolve
          })
      }
    },
  }
}
