import { liveEvents } from '@mina/contract'
import type { Socket } from 'socket.io'
import type { Tell, Told } from '../../features/live/index.ts'

/** Messages that wait for a peer who does not read: beyond the first it gets no interims, beyond the second it goes. */
const BUSY = 16
const HOPELESS = 2_000

/** Interims may be left out, since the next one says it all again; everything else is sent, or the peer is let go. */
export function tellPeer(socket: Socket, ...[name, message]: Parameters<Tell>) {
  const waiting = (socket.conn as unknown as { writeBuffer: readonly unknown[] }).writeBuffer.length
  if (name === ('interim' satisfies Told) && waiting > BUSY) return
  if (waiting > HOPELESS) return void socket.disconnect(true)
  socket.emit(liveEvents[name].name, message)
}
