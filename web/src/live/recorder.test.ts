import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { CHUNK_SAMPLES, type Frame, framer } from './framer.ts'
import { leftovers } from './leftovers.ts'
import type { Link } from './link.ts'
import { newRecording, type Recorder, recorder } from './recorder.ts'
import type { Chunk, ChunkStore, Recording } from './store.ts'
import { keepAwake } from './wake-lock.ts'

const soon = () => new Promise<void>((resolve) => setImmediate(resolve))
const open: Recorder[] = []
afterEach(() => {
  for (const it of open.splice(0)) it.close()
})

function memoryStore(): ChunkStore & { chunks: Map<string, Map<number, Chunk['pcm']>>; full: boolean } {
  const recordings = new Map<string, Recording>()
  const chunks = new Map<string, Map<number, Chunk['pcm']>>()
  const of = (id: string) => chunks.get(id) ?? chunks.set(id, new Map()).get(id) ?? new Map()
  return {
    chunks,
    full: false,
    async save(it) {
      recordings.set(it.id, { ...it })
    },
    all: async () => [...recordings.values()],
    async put(id, { seq, pcm }) {
      await soon()
      if (this.full) throw new Error('QuotaExceededError')
      of(id).set(seq, pcm)
    },
    async read(id, from, most) {
      await soon()
      return [...of(id)]
        .filter(([seq]) => seq >= from)
        .sort(([a], [b]) => a - b)
        .slice(0, most)
        .map(([seq, pcm]) => ({ seq, pcm }))
    },
    async drop(id, before) {
      for (const seq of of(id).keys()) if (seq < before) of(id).delete(seq)
    },
    async remove(id) {
      recordings.delete(id)
      chunks.delete(id)
    },
    last: async (id) => Math.max(-1, ...of(id).keys()) + 1,
  }
}

/** A server that keeps chunks by number, over a line that breaks and loses answers when it is told to. */
function server({
  lose = () => false,
  refuse,
}: {
  lose?: () => boolean
  refuse?: () => { code: string; message: string } | undefined
} = {}) {
  const kept = new Map<number, Uint8Array>()
  const asked: string[] = []
  const listeners = new Set<(connected: boolean) => void>()
  let connected = true
  let stopped = false
  const nextSeq = () => {
    let next = 0
    while (kept.has(next)) next += 1
    return next
  }
  const handle = (name: string, message: { seq: number; pcm: Uint8Array }): object => {
    const refusal = refuse?.()
    if (refusal) return { ok: false, ...refusal }
    if (name === 'chunk') {
      kept.set(message.seq, message.pcm)
      return { seq: message.seq, next_seq: nextSeq() }
    }
    if (name === 'stop') stopped = true
    return {
      ok: true,
      conversation_id: 'c1',
      next_seq: nextSeq(),
      ...(name === 'start' && { resume_token: 'a-token-to-resume' }),
    }
  }
  const link: Link = {
    async ask(name, message) {
      await soon()
      if (!connected) throw new Error('not connected')
      asked.push(name)
      const ack = handle(name, message as never)
      if (lose()) {
        set(false)
        throw new Error('the answer was lost')
      }
      await soon()
      return ack as never
    },
    on: () => () => {},
    onConnected(listener) {
      listeners.add(listener)
      listener(connected)
      return () => void listeners.delete(listener)
    },
    close: () => {},
  }
  const set = (now: boolean) => {
    if (now === connected) return
    connected = now
    for (const listener of listeners) listener(now)
  }
  return {
    link,
    kept,
    asked,
    set,
    nextSeq,
    isConnected: () => connected,
    isStopped: () => stopped,
    sound: () => [...kept].sort(([a], [b]) => a - b).flatMap(([, pcm]) => [...pcm]),
  }
}

const chunkOf = (seq: number) => new Uint8Array([seq & 255, seq >> 8])
const begin = (store: ChunkStore, link: Link, recording = newRecording({ user_id: 'amara' })) => {
  const it = recorder(recording, { store, link, wait: soon })
  open.push(it)
  return it
}
const until = async (done: () => boolean) => {
  for (let tries = 0; !done(); tries++) {
    if (tries > 20_000) throw new Error('waited too long')
    await soon()
  }
}

test('the server gets every chunk once and in order, and then nothing is left here', async () => {
  const store = memoryStore()
  const it = server()
  const mine = begin(store, it.link)
  for (let seq = 0; seq < 120; seq++) await mine.push(chunkOf(seq))
  expect(await mine.finish()).toBe('c1')
  expect(it.sound()).toEqual(Array.from({ length: 120 }, (_, seq) => [...chunkOf(seq)]).flat())
  expect(it.asked.filter((name) => name === 'chunk')).toHaveLength(120)
  expect(it.isStopped()).toBe(true)
  expect(mine.state()).toMatchObject({ phase: 'done', recorded_ms: 12_000, waiting_ms: 0, conversation_id: 'c1' })
  expect([await store.all(), store.chunks.size]).toEqual([[], 0])
})

test('whatever breaks, nothing that was recorded is missing or doubled', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(40), { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 90 }),
      async (breaks, count) => {
        let answers = 0
        let next = breaks[0] ?? 0
        let at = 0
        const it = server({
          lose() {
            answers += 1
            if (at >= breaks.length || answers <= next) return false
            at += 1
            next = answers + (breaks[at] ?? 0)
            return true
          },
        })
        const mine = begin(memoryStore(), it.link)
        const done = (async () => {
          for (let seq = 0; seq < count; seq++) await mine.push(chunkOf(seq))
          return mine.finish()
        })()
        let ended = false
        void done.then(() => {
          ended = true
        })
        await until(() => {
          if (!it.isConnected()) it.set(true)
          return ended
        })
        expect(it.sound()).toEqual(Array.from({ length: count }, (_, seq) => [...chunkOf(seq)]).flat())
      },
    ),
    { numRuns: 40 },
  )
})

test('offline it goes on recording, says how much waits, and sends it when the line is back', async () => {
  const it = server()
  it.set(false)
  const mine = begin(memoryStore(), it.link)
  for (let seq = 0; seq < 30; seq++) await mine.push(chunkOf(seq))
  expect(mine.state()).toMatchObject({ phase: 'offline', recorded_ms: 3000, waiting_ms: 3000 })
  it.set(true)
  await until(() => mine.state().waiting_ms === 0)
  expect(mine.state().phase).toBe('sending')
  await mine.finish()
  expect(it.asked.filter((name) => name === 'start')).toHaveLength(1)
})

test('after a reload the rest is sent under the same token', async () => {
  const store = memoryStore()
  const it = server()
  const before = begin(store, it.link)
  for (let seq = 0; seq < 5; seq++) await before.push(chunkOf(seq))
  await until(() => before.state().waiting_ms === 0)
  it.set(false)
  for (let seq = 5; seq < 9; seq++) await before.push(chunkOf(seq))
  before.close()

  const [left] = await leftovers(store)
  expect(left).toMatchObject({ recorded: 9, next_seq: 5, resume_token: 'a-token-to-resume' })
  it.set(true)
  const after = begin(store, it.link, left)
  expect(await after.finish()).toBe('c1')
  expect(it.nextSeq()).toBe(9)
  expect(it.asked.filter((name) => name === 'start')).toHaveLength(1)
})

test('a hole that a crash left becomes silence instead of stopping everything', async () => {
  const store = memoryStore()
  const recording = { ...newRecording({ user_id: 'amara' }), recorded: 3 }
  await store.save(recording)
  await store.put(recording.id, { seq: 0, pcm: chunkOf(0) })
  await store.put(recording.id, { seq: 2, pcm: chunkOf(2) })
  const it = server()
  await begin(store, it.link, recording).finish()
  expect(it.kept.get(1)).toEqual(new Uint8Array(CHUNK_SAMPLES * 2))
  expect(it.nextSeq()).toBe(3)
})

test('with a full disk the sound is held in memory and still arrives', async () => {
  const store = memoryStore()
  const it = server()
  const mine = begin(store, it.link)
  await mine.push(chunkOf(0))
  store.full = true
  for (let seq = 1; seq < 8; seq++) await mine.push(chunkOf(seq))
  await mine.finish()
  expect(it.sound()).toEqual(Array.from({ length: 8 }, (_, seq) => [...chunkOf(seq)]).flat())
})

test('a refusal keeps the sound and says why; another try goes on', async () => {
  let refusal: { code: string; message: string } | undefined = {
    code: 'quota_exceeded',
    message: 'The month is used up.',
  }
  const store = memoryStore()
  const it = server({ refuse: () => refusal })
  const mine = begin(store, it.link)
  await mine.push(chunkOf(0))
  await until(() => mine.state().phase === 'refused')
  expect(mine.state()).toMatchObject({ refusal, waiting_ms: 100 })
  refusal = undefined
  mine.retry()
  await mine.finish()
  expect(it.sound()).toEqual([...chunkOf(0)])
})

test('chunks are exact, whatever the blocks', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 4000 }), { maxLength: 10 }), (blocks) => {
      const frames: Frame[] = []
      const cut = framer((it) => frames.push(it))
      let value = 0
      const all: number[] = []
      for (const size of blocks) {
        cut.push(
          Float32Array.from({ length: size }, () => {
            value = (value + 1) % 1000
            all.push(Math.round((value / 1000) * 0x7fff))
            return value / 1000
          }),
        )
      }
      cut.flush()
      expect(frames.slice(0, -1).every((it) => it.pcm.length === CHUNK_SAMPLES * 2)).toBe(true)
      const out = frames.flatMap((it) => [...new Int16Array(it.pcm.buffer)])
      expect(out.length).toBe(all.length)
      expect(out.every((it, at) => Math.abs(it - (all[at] ?? 0)) <= 1)).toBe(true)
    }),
    { numRuns: 30 },
  )
})

test('samples beyond full scale are clipped, not wrapped', () => {
  const frames: Frame[] = []
  const cut = framer((it) => frames.push(it))
  cut.push(Float32Array.of(2, -2, 0))
  cut.flush()
  expect([...new Int16Array(frames[0]?.pcm.buffer ?? new ArrayBuffer(0))]).toEqual([0x7fff, -0x8000, 0])
  expect(frames[0]?.level).toBe(1)
})

test('the screen lock is asked for again when the page is seen again, and let go at the end', async () => {
  let taken = 0
  let released = 0
  let look = () => {}
  const awake = await keepAwake({
    lock: async () => {
      taken += 1
      return {
        release: async () => {
          released += 1
        },
      }
    },
    seen: (listener) => {
      look = listener
      return () => {}
    },
  })
  look()
  await soon()
  expect([taken, awake.held()]).toEqual([2, true])
  await awake.release()
  expect([released, awake.held()]).toEqual([1, false])
})
