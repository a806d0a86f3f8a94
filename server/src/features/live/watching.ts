import type { Bus } from '../../platform/bus.ts'
import type { Log } from '../../platform/log.ts'
import type { Told } from './wire.ts'

/** A process with a viewer says so this often; one that records for it listens for longer. */
const RENEW_MS = 10_000
const INTEREST_MS = 30_000
/** The bus carries short messages: a caption that is too long goes without its words' times. */
const MOST_BYTES = 7_000

export type Viewer = (name: Told, message: Record<string, unknown>) => void

/** Who looks on at which conversation, in this process and the others. Nothing is sent where nobody looks. */
export function watching({ bus, process, log }: { bus: Bus; process: string; log: Log }) {
  const viewers = new Map<string, Set<Viewer>>()
  const interest = new Map<string, number>()

  const announce = (conversation_id: string) =>
    bus.publish('live.watched', { conversation_id, process }).catch(() => {})
  const deliver = (id: string, name: Told, message: Record<string, unknown>) => {
    for (const viewer of viewers.get(id) ?? []) viewer(name, message)
  }

  const stops = [
    bus.subscribe('live.watched', ({ conversation_id, process: from }) => {
      if (from !== process) interest.set(String(conversation_id), Date.now() + INTEREST_MS)
    }),
    bus.subscribe('live.told', ({ process: from, name, message, conversation_id }) => {
      if (from !== process) deliver(String(conversation_id), name as Told, message as Record<string, unknown>)
    }),
  ]
  const timer = setInterval(() => {
    for (const id of viewers.keys()) void announce(id)
    for (const [id, until] of interest) if (until < Date.now()) interest.delete(id)
  }, RENEW_MS)

  return {
    async watch(conversationId: string, viewer: Viewer) {
      const set = viewers.get(conversationId) ?? new Set()
      viewers.set(conversationId, set.add(viewer))
      await announce(conversationId)
      return () => {
        set.delete(viewer)
        if (set.size === 0) viewers.delete(conversationId)
      }
    },
    tell(conversationId: string, name: Told, message: Record<string, unknown>) {
      deliver(conversationId, name, message)
      if ((interest.get(conversationId) ?? 0) < Date.now()) return
      const { words, ...short } = message
      const sent = Buffer.byteLength(JSON.stringify(message)) > MOST_BYTES ? short : message
      bus
        .publish('live.told', { conversation_id: conversationId, process, name, message: sent })
        .catch((error: Error) => log.warn({ error: error.name }, 'viewers elsewhere missed a caption'))
    },
    close() {
      clearInterval(timer)
      for (const stop of stops) stop()
    },
  }
}

export type Watching = ReturnType<typeof watching>
