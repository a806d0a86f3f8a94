import { request } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { wavHeader } from '../../server/src/audio/wav.ts'
import { cpuOf, memoryOf } from '../processes.ts'

const PIECE = Buffer.alloc(1_048_576)

/** A recording of silence: eight channels at 192 kHz, so that many bytes are few minutes. */
function* wav(bytes: number) {
  yield wavHeader(bytes, 192_000, 8)
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
