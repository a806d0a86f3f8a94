import type { Socket } from 'socket.io'
import { expect, test } from 'vitest'
import { tellPeer } from './slow-peer.ts'

/** A peer that reads nothing: all that is told to it waits. */
function deafPeer() {
  const writeBuffer: unknown[] = []
  let connected = true
  const socket = {
    conn: { writeBuffer },
    emit: (...told: unknown[]) => connected && writeBuffer.push(told),
    disconnect() {
      connected = false
      writeBuffer.length = 0
    },
  }
  return { socket: socket as unknown as Socket, writeBuffer, isConnected: () => connected }
}
const caption = { conversation_id: 'c', idx: 0, start_ms: 0, end_ms: 1, text: 'word' }

test('who does not read misses interims, no final, and is let go before memory fills', () => {
  const { socket, writeBuffer, isConnected } = deafPeer()
  for (let at = 0; at < 1_000; at += 1) tellPeer(socket, 'interim', caption)
  const interims = writeBuffer.length
  expect(interims).toBeLessThan(20)
  for (let at = 0; at < 1_000; at += 1) tellPeer(socket, 'final', { ...caption, id: 'f', confidence: null })
  expect(writeBuffer.length).toBe(interims + 1_000)
  for (let at = 0; at < 2_000; at += 1) tellPeer(socket, 'final', { ...caption, id: 'f', confidence: null })
  expect([isConnected(), writeBuffer.length]).toEqual([false, 0])
})
