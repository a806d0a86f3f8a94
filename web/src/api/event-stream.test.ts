import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eventParser, followEvents, type ServerEvent } from './event-stream.ts'

const text = 'id: 7\r\nevent: job\r\ndata: {"a":\r\ndata: 1}\r\n\r\n: stay\r\nretry: 500\ndata:x\n\ndata\n\n'
const wanted = [
  { id: '7', event: 'job', data: '{"a":\n1}' },
  { id: '7', event: 'message', data: 'x' },
  { id: '7', event: 'message', data: '' },
]

test('events are the same wherever the network cuts them', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(text.length), { maxLength: 12 }), (cuts) => {
      const events: ServerEvent[] = []
      const parse = eventParser((it) => events.push(it))
      const at = [0, ...cuts.toSorted((a, b) => a - b), text.length]
      for (let i = 1; i < at.length; i++) parse(text.slice(at[i - 1], at[i]))
      expect(events).toEqual(wanted)
    }),
  )
})

const streamOf = (...texts: string[]) =>
  new ReadableStream<Uint8Array>({
    start(it) {
      for (const text of texts) it.enqueue(new TextEncoder().encode(text))
      it.close()
    },
  })

test('a broken stream goes on after the last event, waits longer each time, and ends when signed out', async () => {
  const events: string[] = []
  const waits: number[] = []
  const asked: (string | undefined)[] = []
  const answers = [
    () => streamOf('id: 1\ndata: one\n\nid: 2\nda', 'ta: two\n\nid: 3\ndata: cut'),
    () => {
      throw new Error('offline')
    },
    () => {
      throw new Error('offline')
    },
    () => streamOf('id: 3\ndata: three\n\n'),
    () => {
      throw new Error('signed out')
    },
  ]
  const states: string[] = []
  await followEvents((it) => events.push(it.data), {
    open: async (after) => {
      asked.push(after)
      const next = answers.shift()
      if (!next) throw new Error('asked once too often')
      return next()
    },
    worthRetrying: (failure) => (failure as Error).message === 'offline',
    wait: async (ms) => void waits.push(ms),
    onState: (it) => states.push(it),
  }).done
  expect(events).toEqual(['one', 'two', 'three'])
  expect(asked).toEqual([undefined, '2', '2', '2', '3'])
  expect(waits).toEqual([1000, 2000, 4000, 1000])
  expect(states.at(-1)).toBe('ended')
})
