import { liveEvents } from '@mina/contract'
import { io } from 'socket.io-client'
import type { Link } from './link.ts'

const patience = 10_000

/** Namespace `/` over Socket.IO, with the session's cookies; `share` watches a live conversation by its link. */
export function socketLink({ share, renew }: { share?: string; renew?: () => Promise<unknown> } = {}): Link {
  const socket = io({
    transports: ['websocket', 'polling'],
    auth: share ? { share } : {},
    reconnectionDelay: 500,
    reconnectionDelayMax: 8000,
    randomizationFactor: 0.5,
  })
  socket.on('connect_error', () => {
    // Refused at the handshake (the cookie ran out, say) the client gives up; lost on the way it tries again itself.
    if (!socket.active)
      void (renew?.() ?? Promise.resolve()).catch(() => undefined).then(() => setTimeout(() => socket.connect(), 3000))
  })
  socket.on('disconnect', (reason) => {
    if (reason === 'io server disconnect') setTimeout(() => socket.connect(), 1000)
  })
  // The wait until the next attempt has grown while there was no connection: now there is one.
  const online = () => {
    if (!socket.connected && socket.active) socket.disconnect().connect()
  }
  addEventListener('online', online)
  return {
    ask: (name, message) => socket.timeout(patience).emitWithAck(liveEvents[name].name, message),
    on(name, listener) {
      const heard: (message: Parameters<typeof listener>[0]) => void = (message) => listener(message)
      socket.on(liveEvents[name].name as string, heard)
      return () => void socket.off(liveEvents[name].name as string, heard)
    },
    onConnected(listener) {
      const up = () => listener(true)
      const down = () => listener(false)
      socket.on('connect', up).on('disconnect', down)
      listener(socket.connected)
      return () => void socket.off('connect', up).off('disconnect', down)
    },
    close() {
      removeEventListener('online', online)
      socket.disconnect()
    },
  }
}
