import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { SpeechError } from '../../../errors.ts'

export interface DownloadProgress {
  bytes: number
  total: number | null
}

const failed = (message: string, retryable: boolean, cause?: unknown) =>
  new SpeechError('local', 'unavailable', message, { retryable, cause })

const brokeOff = (cause?: unknown) =>
  failed('The download broke off. Try again: it goes on where it stopped.', true, cause)

const codeOf = (error: unknown) =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

function explained(cause: unknown, url: string) {
  if (codeOf(cause) === 'ENOSPC')
    return failed('The disk is full. Make room and try again: it goes on where it stopped.', false, cause)
  // Only before the first byte: later it is the connection, not the way there.
  if (['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ENETUNREACH'].includes(codeOf((cause as Error).cause) ?? ''))
    return failed(
      `${new URL(url).host} can not be reached from here. Try again when the network is there, or set MINA_MODEL_MIRROR to a host with the same files.`,
      true,
      cause,
    )
  return brokeOff(cause)
}

/** No byte for this long: the connection is dead. */
const stalled = 60_000

/**
 * Fetches a file next to its final place; an attempt that broke off is resumed where it ended, when the server still has the same file.
 * Gives the checksum of all of it.
 */
export async function download(
  url: string,
  path: string,
  options: { onProgress?: (progress: DownloadProgress) => void; signal?: AbortSignal },
): Promise<string> {
  const tagPath = `${path}.etag`
  const have = await stat(path).then(
    (it) => it.size,
    () => 0,
  )
  const tag = await readFile(tagPath, 'utf8').catch(() => '')
  const resume = have > 0 && tag !== ''
  const idle = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const watch = () => {
    clearTimeout(timer)
    timer = setTimeout(() => idle.abort(new Error('stalled')), stalled)
  }
  const signal = options.signal ? AbortSignal.any([options.signal, idle.signal]) : idle.signal
  try {
    watch()
    const answer = await fetch(url, { signal, headers: resume ? { range: `bytes=${have}-`, 'if-range': tag } : {} })
    if (answer.status === 416 && resume) {
      await answer.body?.cancel()
      return await sha256(path)
    }
    if (!answer.ok || !answer.body) {
      await answer.body?.cancel()
      throw failed(
        `The model could not be fetched: ${new URL(url).host} answered ${answer.status}. Set MINA_MODEL_MIRROR to another host if it is blocked here.`,
        answer.status >= 500,
      )
    }
    const from = answer.status === 206 ? have : 0
    const length = Number(answer.headers.get('content-length')) || null
    const total = length === null ? null : from + length
    const fresh = answer.headers.get('etag') ?? answer.headers.get('last-modified') ?? ''
    await (fresh && !fresh.startsWith('W/') ? writeFile(tagPath, fresh) : rm(tagPath, { force: true }))
    let bytes = from
    const file = await open(path, from > 0 ? 'r+' : 'w')
    try {
      for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
        watch()
        await file.write(chunk, 0, chunk.length, bytes)
        bytes += chunk.length
        options.onProgress?.({ bytes, total })
      }
      await file.truncate(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    if (total !== null && bytes !== total) throw brokeOff()
    return await sha256(path)
  } catch (cause) {
    options.signal?.throwIfAborted()
    if (cause instanceof SpeechError) throw cause
    throw explained(cause, url)
  } finally {
    clearTimeout(timer)
  }
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
