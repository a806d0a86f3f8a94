import type { Socket } from 'socket.io'
import { expect, test } from 'vitest'
import { tellPeer } from './slow-peer.ts'

/** A peer that reads nothing: what it is told waits. */
function stuckPeer() {
  const writeBuffer: unknown[] = []
  const state = { told: [] as string[], connected: true }
  const socket = {
    conn: { writeBuffer },
    emit(name: string) {
      writeBuffer.push(name)
      state.told.push(name)
    },
    disconnect() {
      state.connected = false
    },
  }
  return { socket: socket as unknown as Socket, state, read: () => writeBuffer.splice(0) }
}
const caption = { conversation_id: 'c', idx: 0, start_ms: 0, end_ms: 1, text: 'x' }

test('who does not keep up misses interims, then gets all that counts, and loses no final', () => {
  const { socket, state, read } = stuckPeer()
  for (let at = 0; at < 500; at += 1) {
    tellPeer(socket, 'interim', caption as never)
    if (at % 10 === 0) tellPeer(socket, 'final', caption as never)
  }
  expect(state.told.filter((it) => it.endsWith('final'))).toHaveLength(50)
  expect(state.told.filter((it) => it.endsWith('interim')).length).toBeLessThan(20)
  expect(state.connected).toBe(true)
  read()
  tellPeer(socket, 'interim', caption as never)
  expect(state.told.at(-1)).toMatch(/interim$/)
})

test('what waits for a peer that never reads is bounded: it is let go', () => {
  const { socket, state } = stuckPeer()
  for (let at = 0; at < 5_000 && state.connected; at += 1) tellPeer(socket, 'final', caption as never)
  expect(state.connected).toBe(false)
  expect(state.told.length).toBeLessThanOrEqual(2_001)
})
