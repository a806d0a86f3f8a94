import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { storageFull } from '../../platform/files/failure.ts'
import { silentLog } from '../../platform/log.ts'
import { fileTapes } from './file-tape.ts'
import { intake } from './intake.ts'
import { following, type PendingChunk, type Tape, tellKept } from './tape.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mina-tape-'))
})
afterAll(async () => await rm(folder, { recursive: true, force: true }))

let count = 0
const owner = (id: string) => ({ id, fence: 1, next_seq: 0, kept_bytes: 0 })
const chunk = (seq: number) => Buffer.alloc(2 + (seq % 5) * 2, seq)

test('whatever order, doubling and loss: what is kept is the source, once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 19 }), { maxLength: 80 }), async (order) => {
      const id = `wild-${++count}`
      const tape = await fileTapes(folder, silentLog).open(owner(id))
      const chunks = intake({ tape, onKept: () => {}, onGap: () => {} })
      await Promise.all(order.map((seq) => chunks.receive(seq, chunk(seq))))
      // The client goes on from what it is told until all is there.
      while (chunks.nextSeq < 20) {
        const seq = chunks.nextSeq
        await chunks.receive(seq, chunk(seq))
      }
      await tape.close()
      const kept = await readFile(join(folder, `${id}.pcm`))
      expect(kept.equals(Buffer.concat(Array.from({ length: 20 }, (_, seq) => chunk(seq))))).toBe(true)
    }),
    { numRuns: 60 },
  )
})

/** Memory with a disk's ways: it fills up, and is freed. */
function fillingTape() {
  let bytes = 0
  let nextSeq = 0
  let full = false
  const tape: Tape = {
    get bytes() {
      return bytes
    },
    get nextSeq() {
      return nextSeq
    },
    waiting: 0,
    async append(seq, pcm) {
      await Promise.resolve()
      if (full) throw storageFull()
      return await new Promise((kept, failed) => {
        const batch: PendingChunk[] = following([{ seq, pcm, kept, failed }], nextSeq)
        tellKept(batch, bytes)
        nextSeq += batch.length
        for (const it of batch) bytes += it.pcm.length
      })
    },
    read: async () => Buffer.alloc(0),
    close: async () => {},
  }
  return {
    tape,
    fill: (it: boolean) => {
      full = it
    },
  }
}

test('a storage that falls behind slows the client down, and refuses before memory fills', async () => {
  const waiting = { bytes: 0 }
  const tape: Tape = {
    ...{ bytes: 0, nextSeq: 0, read: async () => Buffer.alloc(0), close: async () => {} },
    get waiting() {
      return waiting.bytes
    },
    append: async () => 0,
  }
  const chunks = intake({ tape, onKept() {}, onGap() {} })
  expect(await chunks.receive(0, chunk(0))).toEqual({ seq: 0, next_seq: 0 })
  waiting.bytes = 2_000_000
  expect((await chunks.receive(1, chunk(1))).slow_ms).toBeGreaterThan(100)
  waiting.bytes = 10_000_000
  await expect(chunks.receive(2, chunk(2))).rejects.toMatchObject({ code: 'unavailable' })
})

test('a full disk refuses the chunk by name, keeps what was there, and goes on when there is room', async () => {
  const { tape, fill } = fillingTape()
  const chunks = intake({ tape, onKept: () => {}, onGap: () => {} })
  await chunks.receive(0, chunk(0))
  fill(true)
  const refused = await Promise.allSettled([1, 2, 3].map((seq) => chunks.receive(seq, chunk(seq))))
  expect(refused[0]).toMatchObject({ status: 'rejected', reason: { code: 'storage_full' } })
  expect(chunks.nextSeq).toBe(1)
  fill(false)
  for (const seq of [1, 2, 3]) await chunks.receive(seq, chunk(seq))
  expect(await chunks.receive(3, chunk(3))).toEqual({ seq: 3, next_seq: 4 })
})

describe('a tape that was torn off', () => {
  const torn = async (id: string, pcm: number, index: number) => {
    const tapes = fileTapes(folder, silentLog)
    const tape = await tapes.open(owner(id))
    for (const seq of [0, 1, 2]) await tape.append(seq, Buffer.alloc(10, seq))
    await tape.close()
    await truncate(join(folder, `${id}.pcm`), pcm)
    await truncate(join(folder, `${id}.idx`), index)
    const again = await tapes.open(owner(id))
    const found = { bytes: again.bytes, nextSeq: again.nextSeq }
    await again.append(found.nextSeq, Buffer.alloc(10, 9))
    await again.close()
    return { ...found, size: (await readFile(join(folder, `${id}.pcm`))).length }
  }
  test('inside its last chunk ends before it', async () => {
    expect(await torn('sound', 25, 24)).toEqual({ bytes: 20, nextSeq: 2, size: 30 })
  })
  test('inside its index ends with the last whole entry', async () => {
    expect(await torn('index', 30, 12)).toEqual({ bytes: 10, nextSeq: 1, size: 20 })
  })
  test('with everything gone starts anew, unless the row knows of more', async () => {
    expect(await torn('all', 0, 0)).toEqual({ bytes: 0, nextSeq: 0, size: 10 })
    await writeFile(join(folder, 'missing.pcm'), '')
    await expect(fileTapes(folder, silentLog).open({ ...owner('missing'), kept_bytes: 20 })).rejects.toMatchObject({
      code: 'unavailable',
    })
  })
})
