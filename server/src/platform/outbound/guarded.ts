import { createHash } from 'node:crypto'
import { type FileHandle, open, rm } from 'node:fs/promises'
import type { Agent, Dispatcher } from 'undici'
import { diskFailure } from '../files/failure.ts'
import type { StoredFile } from '../files/port.ts'
import { Refusal } from '../refusal.ts'
import { createGuardedConnector } from './connector.ts'
import { compressed, endless, tooLarge, tooLong, unanswered, unreachable, webAddress } from './links.ts'
import { type Lookup, lookupAll } from './lookup.ts'
import type { GuardedAnswer, GuardedFetch, GuardedRequest, Limits } from './port.ts'
import { isRedirect, onward } from './redirects.ts'

interface GuardedFetchOptions {
  /** Hosts, `host:port` or networks that may be private or on unusual ports. */
  allow: readonly string[]
  lookup?: Lookup
  maxRedirects?: number
  connectMs?: number
  /** How long the other side may send nothing. */
  idleMs?: number
}

interface Opened {
  answer: Dispatcher.ResponseData
  url: URL
}

const headersOf = (answer: Dispatcher.ResponseData): GuardedAnswer['headers'] =>
  Object.fromEntries(Object.entries(answer.headers).map(([name, it]) => [name, Array.isArray(it) ? it.join(', ') : it]))

/** HTTP to addresses that somebody else gave us. See the decision on outgoing connections for what it refuses and why. */
export const createGuardedFetch = (options: GuardedFetchOptions): GuardedFetch => {
  const { allow, lookup = lookupAll, maxRedirects = 5, connectMs = 5000, idleMs = 20_000 } = options
  const connectAgent = async () => {
    const undici = await import('undici')
    return new undici.Agent({
      connect: await createGuardedConnector({ allow, lookup, timeoutMs: connectMs }),
      headersTimeout: idleMs,
      bodyTimeout: idleMs,
      // Every request connects anew, so every request is judged anew.
      pipelining: 0,
    })
  }
  /** Made with the first request: most processes never go out. */
  let agent: Promise<Agent> | undefined

  const hop = async (url: URL, sent: GuardedRequest, signal: AbortSignal) => {
    agent ??= connectAgent()
    const { request } = await import('undici')
    return request(url, {
      dispatcher: await agent,
      method: sent.method ?? 'GET',
      headers: { 'user-agent': 'Mina', 'accept-encoding': 'identity', ...sent.headers },
      body: sent.body ?? null,
      signal,
    })
  }

  const openAt = async (first: string, asked: GuardedRequest, signal: AbortSignal): Promise<Opened> => {
    let url = webAddress(first)
    let sent = asked
    for (let hops = 0; ; hops++) {
      const answer = await hop(url, sent, signal)
      const location = answer.headers.location
      const follow = asked.redirects !== 'answer' && isRedirect(answer.statusCode)
      if (!follow || typeof location !== 'string') return { answer, url }
      answer.body.on('error', () => {}).destroy()
      if (hops === maxRedirects) throw endless()
      const next = URL.canParse(location, url.href) ? new URL(location, url) : url
      sent = onward(sent, answer.statusCode, url, next)
      url = webAddress(next.href)
    }
  }

  /** One deadline over everything, and one wording for every way in which an address does not answer. */
  const within = async <T>(limits: Limits, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const deadline = AbortSignal.timeout(limits.timeoutMs)
    const signal = limits.signal ? AbortSignal.any([deadline, limits.signal]) : deadline
    try {
      return await work(signal)
    } catch (error) {
      if (limits.signal?.aborted) throw limits.signal.reason
      if (deadline.aborted) throw tooLong(error)
      const judged = diskFailure(error)
      throw judged instanceof Refusal ? judged : unreachable(error)
    }
  }

  /** Nothing is ever unpacked, so a small body can not become a large one. */
  const plainBody = (answer: Dispatcher.ResponseData) => {
    const encoding = answer.headers['content-encoding']
    if (!encoding || encoding === 'identity') return answer.body
    answer.body.on('error', () => {}).destroy()
    throw compressed()
  }

  async function* capped(body: AsyncIterable<Buffer>, maxBytes: number, overflow: 'refuse' | 'cut' = 'refuse') {
    let left = maxBytes
    for await (const chunk of body) {
      if (chunk.length > left && overflow === 'refuse') throw tooLarge()
      yield chunk.subarray(0, left)
      left -= chunk.length
      if (left < 0) return
    }
  }

  const save = async (body: AsyncIterable<Buffer>, handle: FileHandle): Promise<StoredFile> => {
    const hash = createHash('sha256')
    let size = 0
    for await (const chunk of body) {
      hash.update(chunk)
      size += chunk.length
      await handle.writeFile(chunk)
    }
    return { size, sha256: hash.digest('hex') }
  }

  const downloadTo = async (link: string, handle: FileHandle, limits: Limits, signal: AbortSignal) => {
    const { answer, url } = await openAt(link, limits, signal)
    const body = plainBody(answer).on('error', () => {})
    const { 'content-length': length, 'content-type': type } = answer.headers
    const failed = answer.statusCode < 200 || answer.statusCode > 299
    if (failed || Number(length) > limits.maxBytes) {
      body.destroy()
      throw failed ? unanswered(answer.statusCode) : tooLarge()
    }
    const stored = await save(capped(body, limits.maxBytes), handle)
    return { ...stored, contentType: typeof type === 'string' ? type : undefined, url: url.href }
  }

  return {
    fetch: (url, sent) =>
      within(sent, async (signal) => {
        const { answer, url: final } = await openAt(url, sent, signal)
        const chunks: Buffer[] = []
        const body = sent.overflow === 'cut' ? answer.body : plainBody(answer)
        for await (const chunk of capped(body, sent.maxBytes, sent.overflow)) chunks.push(chunk)
        return { status: answer.statusCode, headers: headersOf(answer), url: final.href, body: Buffer.concat(chunks) }
      }),
    async download(url, toPath, limits) {
      const handle = await open(toPath, 'wx', 0o600)
      try {
        return await within(limits, (signal) => downloadTo(url, handle, limits, signal))
      } catch (error) {
        await rm(toPath, { force: true })
        throw error
      } finally {
        await handle.close()
      }
    },
    close: async () => {
      await (await agent)?.destroy()
    },
  }
}
