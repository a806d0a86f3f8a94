import type { Message } from './link.ts'

export type Overheard = Pick<Message<'final'>, 'id' | 'idx' | 'start_ms' | 'end_ms' | 'text' | 'speaker'> & {
  is_final: boolean
}

interface Ears {
  said: (it: Overheard) => void
  /** Words may have been missed: the whole is to be read from the server. */
  missed: () => void
  stopped: () => void
}

/** Hears the words of a recording that is made elsewhere. The socket is fetched only for this. */
export function overhear(of: { share: string } | { conversation_id: string }, { said, missed, stopped }: Ears) {
  let close = () => {}
  let left = false
  void import('./socket-link.ts').then(({ socketLink }) => {
    if (left) return
    const link = socketLink('share' in of ? of : {})
    let before = false
    const connected = async (now: boolean) => {
      if (!now) return
      if ('conversation_id' in of) await link.ask('watch', of)
      if (before || 'conversation_id' in of) missed()
      before = true
    }
    link.onConnected((now) => void connected(now).catch(() => undefined))
    link.on('interim', (it) => said({ ...it, id: `interim-${it.idx}`, is_final: false }))
    link.on('final', (it) => said({ ...it, is_final: true }))
    link.on('stopped', stopped)
    close = link.close
  })
  return () => {
    left = true
    close()
  }
}
