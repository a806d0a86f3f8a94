export interface ServerEvent {
  id?: string
  event: string
  data: string
}

/** Cuts a stream of text into server-sent events, however the network cut it. */
export function eventParser(emit: (event: ServerEvent) => void, retry: (ms: number) => void = () => {}) {
  let rest = ''
  let skipFeed = false
  let id: string | undefined
  let event = ''
  let data: string[] = []

  const line = (it: string) => {
    if (it === '') {
      if (data.length) emit({ id, event: event || 'message', data: data.join('\n') })
      event = ''
      data = []
      return
    }
    const colon = it.indexOf(':')
    const field = colon < 0 ? it : it.slice(0, colon)
    const value = colon < 0 ? '' : it.slice(colon + 1).replace(/^ /, '')
    if (field === 'data') data.push(value)
    else if (field === 'event') event = value
    else if (field === 'id' && !value.includes('\0')) id = value
    else if (field === 'retry' && /^\d+$/.test(value)) retry(Number(value))
  }

  return (text: string) => {
    if (text === '') return
    // A line may end with CR LF, and the network may cut between the two.
    const whole = rest + (skipFeed && text.startsWith('\n') ? text.slice(1) : text)
    skipFeed = whole.endsWith('\r')
    const lines = whole.split(/\r\n|\n|\r/)
    rest = lines.pop() ?? ''
    for (const it of lines) line(it)
  }
}

interface Wiring {
  /** Opens the stream after the event with this id. Rejects when it can not. */
  open: (after: string | undefined, signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>
  /** False ends the stream for good: signed out. */
  worthRetrying: (failure: unknown) => boolean
  wait: (ms: number, signal: AbortSignal) => Promise<void>
  onState?: (state: 'open' | 'waiting' | 'ended') => void
}

/** Follows the server's events; a broken stream is taken up again after the last event that arrived. */
export function followEvents(emit: (event: ServerEvent) => void, { open, worthRetrying, wait, onState }: Wiring) {
  const ending = new AbortController()
  let after: string | undefined
  let tries = 0
  let pause = 1000

  const once = async () => {
    const stream = await open(after, ending.signal)
    onState?.('open')
    const parse = eventParser(
      (event) => {
        tries = 0
        after = event.id ?? after
        emit(event)
      },
      (ms) => {
        pause = ms
      },
    )
    const decoder = new TextDecoder()
    // Not `for await`: not every browser can walk over a stream.
    const reader = stream.getReader()
    for (let it = await reader.read(); !it.done; it = await reader.read()) {
      parse(decoder.decode(it.value, { stream: true }))
    }
  }

  const run = async () => {
    while (!ending.signal.aborted) {
      try {
        await once()
      } catch (failure) {
        if (ending.signal.aborted) return
        if (!worthRetrying(failure)) return onState?.('ended')
      }
      onState?.('waiting')
      tries += 1
      await wait(Math.min(30_000, pause * 2 ** Math.min(tries - 1, 5)), ending.signal)
    }
  }
  const done = run()
  return { stop: () => ending.abort(), done }
}
