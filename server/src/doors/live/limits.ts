import type { Socket } from 'socket.io'

/** A device that was offline sends what it has kept: much faster than speech, but not without end. */
const MESSAGES_A_SECOND = 400
const BURST = 4_000

/** How many sockets one account has open in this process. */
export function socketCounts(most: number) {
  const counts = new Map<string, number>()
  return {
    room: (userId: string) => (counts.get(userId) ?? 0) < most,
    enter(userId: string | undefined) {
      if (!userId) return () => {}
      counts.set(userId, (counts.get(userId) ?? 0) + 1)
      return () => {
        const left = (counts.get(userId) ?? 1) - 1
        if (left > 0) counts.set(userId, left)
        else counts.delete(userId)
      }
    },
  }
}

/** Messages beyond the pace are answered as refused, without being looked at; far beyond it the socket is closed. */
export function messagePace(socket: Socket) {
  let left = BURST
  let at = performance.now()
  socket.use((packet, next) => {
    const now = performance.now()
    left = Math.min(BURST, left + ((now - at) / 1000) * MESSAGES_A_SECOND)
    at = now
    left -= 1
    if (left >= 0) return next()
    const ack = packet.at(-1)
    if (typeof ack === 'function')
      ack({ ok: false, code: 'rate_limited', message: 'Too many messages. Wait a second, then go on.' })
    if (left < -BURST) socket.disconnect(true)
  })
}
