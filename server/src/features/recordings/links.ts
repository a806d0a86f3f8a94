import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { measure } from '../../platform/files/spool.ts'
import type { Log } from '../../platform/log.ts'
import { webAddress } from '../../platform/outbound/links.ts'
import type { GuardedFetch } from '../../platform/outbound/port.ts'
import { Hopeless, handler, type JobContext, job } from '../../platform/queue/job.ts'
import type { SendOptions } from '../../platform/queue/queue.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { Transcripts } from '../transcripts/index.ts'
import type { AcceptService, Fields, Owner } from './accept.ts'
import { fetchFromSite, isSite } from './pages.ts'
import type { RecordingRepository } from './repository.ts'

const FETCH_MS = 2 * 3_600_000
const LOOK_MS = 2_000

export const fetchLink = job({
  name: 'recordings.fetch',
  payload: z.object({ transcript_id: z.uuid(), url: z.string() }),
  retries: 2,
  concurrency: 4,
  perUser: 2,
  expireSeconds: 3 * 3_600,
})

export type SendFetch = (
  definition: typeof fetchLink,
  payload: z.input<typeof fetchLink.payload>,
  options: SendOptions,
) => Promise<unknown>

interface LinksOptions {
  accept: AcceptService
  repository: RecordingRepository
  transcripts: Transcripts
  guarded: GuardedFetch
  sendFetch: SendFetch
  tempDir: string
  maxBytes: number
  log: Log
}

const nameOf = (url: string) => {
  const last = new URL(url).pathname.split('/').filter(Boolean).at(-1)
  try {
    return last ? decodeURIComponent(last) : new URL(url).hostname
  } catch {
    return last ?? 'recording'
  }
}

const noRecording = () =>
  new Refusal(
    'unsupported_type',
    'The link leads to a page or a file that is no recording. Use the address of the recording itself.',
  )
const PASSING = new Set(['timeout', 'unavailable', 'storage_full'])

/** Recordings from the web: the conversation at once, its sound when it has come. */
export function linkService(options: LinksOptions) {
  const { accept, repository, transcripts, guarded, sendFetch, tempDir, maxBytes, log } = options

  async function fetched(url: string, folder: string, signal: AbortSignal) {
    if (isSite(url)) {
      const path = await fetchFromSite(url, { folder, maxBytes, signal })
      return { path, ...(await measure({ path })) }
    }
    const path = join(folder, 'recording')
    const { size, sha256 } = await guarded.download(url, path, { maxBytes, timeoutMs: FETCH_MS, signal })
    return { path, size, sha256 }
  }

  /** Aborts when the pass is not wanted any more: stopped or deleted, by whichever process. */
  function watch(transcriptId: string, signal: AbortSignal) {
    const stop = new AbortController()
    const timer = setInterval(async () => {
      const work = await transcripts.repository.load(transcriptId).catch(() => undefined)
      if (work === null || (work && work.transcript.status !== 'running')) stop.abort()
    }, LOOK_MS)
    return { unwanted: stop.signal, signal: AbortSignal.any([signal, stop.signal]), end: () => clearInterval(timer) }
  }

  async function fetch({ transcript_id, url }: z.output<typeof fetchLink.payload>, context: JobContext) {
    const work = await transcripts.repository.load(transcript_id)
    // What has a recording came already, before the worker could say so.
    if (work?.transcript.status !== 'running' || work.recording) return
    const owner = await repository.owner(work.conversation.user_id)
    if (!owner) return
    const folder = await mkdtemp(join(tempDir, 'link-'))
    const { unwanted, signal, end } = watch(transcript_id, context.signal)
    try {
      const file = await fetched(url, folder, signal)
      await accept.arrive(owner, work.conversation.id, { ...file, filename: nameOf(url) }, signal)
    } catch (cause) {
      if (unwanted.aborted) return
      if (context.signal.aborted) throw cause
      const isPage = cause instanceof Refusal && cause.code === 'unsupported_type'
      const reason = isPage ? noRecording() : cause
      const known = reason instanceof Refusal
      if (!context.lastAttempt && (!known || (PASSING.has(reason.code) && !isSite(url)))) throw reason
      log.warn({ conversation: work.conversation.id, error: (cause as Error).name }, 'a link was not fetched')
      const message = known ? reason.message : 'The link could not be fetched. It has been noted; please try it again.'
      await transcripts.fail(transcript_id, { code: known ? reason.code : 'internal', message })
      throw new Hopeless(message, { cause })
    } finally {
      end()
      await rm(folder, { recursive: true, force: true })
    }
  }

  return {
    definitions: [fetchLink],
    handlers: [handler(fetchLink, fetch)],

    async accept(owner: Owner, { url, ...fields }: Fields & { url: string }) {
      const { href } = webAddress(url)
      const id = randomUUID()
      const expected = { id, filename: nameOf(href), source: 'link' as const }
      await accept.expect(owner, fields, expected, async (transcript, tx) => {
        await sendFetch(fetchLink, { transcript_id: transcript.id, url: href }, { tx, userId: owner.userId })
      })
      return { id }
    },
  }
}

export type Links = ReturnType<typeof linkService>
