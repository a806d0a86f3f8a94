import { liveEvents } from '@mina/contract'
import { io } from 'socket.io-client'
import type { z } from 'zod'
import type { Recogniser } from '../../server/src/speech/port.ts'
import type { Ear } from './speaking.ts'

/** The recogniser alone. */
export const engineEar = (engine: Recogniser): Ear => ({
  async open(tell) {
    const stream = await engine.stream!({ sampleRate: 16_000, interim: true, words: true, language: 'en' })
    const reading = (async () => {
      for await (const event of stream)
        if (event.type === 'final') tell({ ...event.utterance, final: true, stable_chars: 0 })
        else if (event.type === 'interim') tell({ ...event.utterance, final: false, stable_chars: event.stable_chars })
    })()
    return {
      chunk: (pcm) => void stream.write(pcm),
      async end() {
        await stream.finish()
        await reading
      },
    }
  },
})

type Interim = z.infer<typeof liveEvents.interim.message>
type Final = z.infer<typeof liveEvents.final.message>

/** A connection to a server, as the app has one. */
export async function connect(base: string, headers: Record<string, string>) {
  const socket = io(base, {
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    extraHeaders: { origin: base, ...headers },
  })
  await new Promise<void>((done, failed) => socket.once('connect', done).once('connect_error', failed))
  return socket
}

/** A whole server: sound is kept before it is acknowledged, words are saved before they are told. */
export const serverEar = (base: string, headers: Record<string, string>): Ear => ({
  async open(tell) {
    const socket = await connect(base, headers)
    socket.on(liveEvents.interim.name, (it: Interim) =>
      tell({ ...it, final: false, stable_chars: it.stable_chars ?? 0 }),
    )
    socket.on(liveEvents.final.name, (it: Final) => tell({ ...it, final: true, stable_chars: 0 }))
    const started = await socket.emitWithAck(liveEvents.start.name, { language: 'en' })
    if (!started.ok) throw new Error(started.message)
    const acks: Promise<unknown>[] = []
    return {
      chunk: (pcm, seq) =>
        void acks.push(socket.emitWithAck(liveEvents.chunk.name, { seq, pcm: new Uint8Array(pcm.buffer) })),
      async end() {
        await Promise.all(acks)
        await socket.emitWithAck(liveEvents.stop.name, {})
        socket.disconnect()
      },
    }
  },
})
