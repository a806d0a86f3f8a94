import { request } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { cpuOf, memoryOf } from '../processes.ts'

const PIECE = Buffer.alloc(1_048_576)
const RATE = 192_000

/** A recording of silence: 32 bits, two channels, 192 kHz, so that many bytes are few minutes. */
function* wav(bytes: number) {
  const head = Buffer.alloc(44)
  head.write('RIFF')
  head.writeUInt32LE(bytes + 36, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(2, 22)
  head.writeUInt32LE(RATE, 24)
  head.writeUInt32LE(RATE * 8, 28)
  head.writeUInt16LE(8, 32)
  head.writeUInt16LE(32, 34)
  head.write('data', 36)
  head.writeUInt32LE(bytes, 40)
  yield head
  for (let left = bytes; left > 0; left -= PIECE.length) yield PIECE.subarray(0, Math.min(left, PIECE.length))
}

const BOUNDARY = 'bench-boundary'
const HEAD = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="silence.wav"\r\n\r\n`
const TAIL = `\r\n--${BOUNDARY}--\r\n`

async function send(base: string, headers: Record<string, string>, bytes: number): Promise<string> {
  const answered = Promise.withResolvers<string>()
  const sending = request(`${base}/api/uploads`, {
    method: 'POST',
    headers: {
      ...headers,
      'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
      'content-length': HEAD.length + 44 + bytes + TAIL.length,
    },
  })
  sending.on('error', answered.reject)
  sending.on('response', async (answer) => answered.resolve((await answer.toArray()).join('')))
  const body = function* () {
    yield Buffer.from(HEAD)
    yield* wav(bytes)
    yield Buffer.from(TAIL)
  }
  await pipeline(Readable.from(body()), sending)
  return await answered.promise
}

/** How fast a large file comes in, what that costs, and whether the server answers beside it. */
export async function measureUpload(mina: { base: string; pid: number }, headers: Record<string, string>, mb: number) {
  const before = { cpu: await cpuOf(mina.pid), mb: (await memoryOf(mina.pid)).server_mb }
  const began = performance.now()
  const beside: number[] = []
  let most = before.mb
  let isDone = false
  const watch = (async () => {
    while (!isDone) {
      const asked = performance.now()
      await fetch(`${mina.base}/healthz`)
      beside.push(performance.now() - asked)
      most = Math.max(most, (await memoryOf(mina.pid)).server_mb)
      await pause(50)
    }
  })()
  const answer = await send(mina.base, headers, mb * 1_048_576)
  const seconds = (performance.now() - began) / 1000
  isDone = true
  await watch
  const cpu = (await cpuOf(mina.pid)) - before.cpu
  const { id } = JSON.parse(answer) as { id?: string }
  if (!id) throw new Error(`The upload was not taken: ${answer}`)
  await fetch(`${mina.base}/api/conversations/${id}?now=true`, { method: 'DELETE', headers })
  beside.sort((a, b) => a - b)
  const p99 = beside[Math.floor(beside.length * 0.99)] ?? 0
  const speed = `${(mb / seconds).toFixed(0)} MB/s, ${((cpu / mb) * 1000).toFixed(1)} CPU s per 1,000 MB`
  return `${speed}; memory grew by ${(most - before.mb).toFixed(0)} MB; /healthz beside it p99 ${p99.toFixed(0)} ms`
}
