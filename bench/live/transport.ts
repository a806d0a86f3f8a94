import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { liveEvents } from '@mina/contract'
import { enter } from '../http/account.ts'
import { freePort, startMina } from '../http/server.ts'
import { cpuOf, memoryOf } from '../processes.ts'
import { connect } from './ears.ts'
import { at, shown } from './figures.ts'
import { CHUNK_MS } from './speaking.ts'

/** So many clients send silence in real time to a server without live words: what carrying and keeping sound costs. */
export async function measureTransport(folder: string, clients: number, seconds: number) {
  const settings = { LIVE_SESSIONS_PER_USER: '1000', LIVE_STREAMS: '0' }
  const mina = await startMina(join(folder, 'data'), await freePort(), ['--max-semi-space-size=8'], settings)
  try {
    const { headers } = await enter(mina.base)
    const sockets = await Promise.all(Array.from({ length: clients }, () => connect(mina.base, headers)))
    for (const socket of sockets) await socket.emitWithAck(liveEvents.start.name, {})
    const acks: number[] = []
    const pcm = new Uint8Array(CHUNK_MS * 32)
    const chunks = (seconds * 1000) / CHUNK_MS
    const before = await cpuOf(mina.pid)
    await Promise.all(
      sockets.map(async (socket, index) => {
        await pause((index * 37) % CHUNK_MS)
        const began = performance.now()
        const asked: Promise<unknown>[] = []
        for (let seq = 0; seq < chunks; seq += 1) {
          await pause(Math.max(0, began + seq * CHUNK_MS - performance.now()))
          const sent = performance.now()
          asked.push(
            socket
              .emitWithAck(liveEvents.chunk.name, { seq, pcm })
              .then(({ next_seq }: { next_seq?: number }) =>
                acks.push(next_seq ? performance.now() - sent : Number.NaN),
              ),
          )
        }
        await Promise.all(asked)
      }),
    )
    const spent = (await cpuOf(mina.pid)) - before
    const { server_mb } = await memoryOf(mina.pid)
    console.log(
      `${clients} clients, ${1000 / CHUNK_MS} chunks a second each, kept and acknowledged: ${shown(acks)}, p99 ${Math.round(at(acks, 0.99))} ms; ` +
        `${((spent / (clients * chunks)) * 1000).toFixed(2)} CPU s per 1,000 chunks; server ${server_mb.toFixed(0)} MB`,
    )
    for (const socket of sockets) socket.disconnect()
  } finally {
    await mina.stop()
  }
}
