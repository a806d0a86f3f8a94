import { z } from 'zod'
import type { Files } from '../../../platform/files/port.ts'
import type { GuardedFetch } from '../../../platform/outbound/port.ts'
import { Hopeless, handler, job } from '../../../platform/queue/job.ts'
import type { Queue } from '../../../platform/queue/queue.ts'
import { Refusal } from '../../../platform/refusal.ts'
import { SpeechError } from '../../../speech/errors.ts'
import type { Hearing } from '../../transcriptions/index.ts'
import { listenAnswer } from './answer.ts'
import { wishOf } from './listen.ts'
import type { ListenOptions } from './options.ts'

/** Deepgram tries ten times more, half a minute apart; ours wait longer each time. */
const DELIVERIES = 10
const DELIVERY_MS = 30_000

const Reservation = z.object({ userId: z.string(), month: z.string(), audio_seconds: z.number(), jobs: z.number() })

/** Everything that the later work needs; there is no row, because nobody can ask for the result in another way. */
const Work = z.object({
  request_id: z.string(),
  created: z.string(),
  sha256: z.string(),
  /** Where the recording lies. */
  key: z.string(),
  caller: z.object({
    principal: z.object({
      userId: z.string(),
      plan: z.enum(['free', 'pro', 'enterprise']),
      keyId: z.string().optional(),
    }),
    request: z.object({ ip: z.string(), userAgent: z.string() }),
    endpoint: z.string(),
  }),
  reservation: Reservation,
  options: z.custom<ListenOptions>((it) => typeof it === 'object' && it !== null),
})
export type CallbackWork = z.output<typeof Work>

const hearLater = job({
  name: 'deepgram.hear',
  payload: Work,
  retries: 2,
  concurrency: 1,
  perUser: 1,
  expireSeconds: 6 * 3_600,
})

const Delivery = z.object({
  request_id: z.string(),
  key: z.string(),
  url: z.string(),
  method: z.enum(['POST', 'PUT']),
})

const deliver = job({
  name: 'deepgram.deliver',
  payload: Delivery,
  retries: DELIVERIES,
  concurrency: 4,
  expireSeconds: 120,
})

interface CallbackParts {
  hearing: Hearing
  files: Files
  send: Queue['send']
  /** Through the guard for what strangers ask us to call. */
  guarded: Pick<GuardedFetch, 'fetch'>
  /** Files that nobody claims are swept after this moment. */
  doom: (key: string, after: Date) => Promise<void>
  usage: { refund(reservation: CallbackWork['reservation']): Promise<void> }
  now: () => Date
}

const KEEP_MS = 2 * 86_400_000

const failureAnswer = (request_id: string, error: unknown) => {
  const known = error instanceof Refusal || error instanceof SpeechError
  return {
    err_code: known ? error.code.toUpperCase() : 'INTERNAL_SERVER_ERROR',
    err_msg: known ? error.message : 'Something went wrong on our side. It has been noted.',
    request_id,
  }
}

/** Work whose result is sent to an address: heard as a job, delivered as another, so a dead receiver costs no hearing. */
export function createCallbacks({ hearing, files, send, guarded, doom, usage, now }: CallbackParts) {
  const folderOf = (request_id: string, userId: string) => `users/${userId}/callbacks/${request_id}`

  async function hear(work: CallbackWork, signal: AbortSignal): Promise<unknown> {
    const local = await files.toLocal(work.key)
    if (!local) throw new Hopeless('The recording is not there any more.')
    try {
      const accepted = await hearing.accept(local.path, wishOf(work.options), work.caller, {
        signal,
        reservation: work.reservation,
        keepsReservation: true,
      })
      const transcript = await accepted.run(signal)
      return listenAnswer({ ...work, transcript, channels: accepted.recording.channels })
    } finally {
      await local.release()
    }
  }

  const mayPass = (error: unknown) =>
    !(error instanceof Hopeless) &&
    !(error instanceof Refusal && error.status < 500) &&
    !(error instanceof SpeechError && !error.retryable)

  const handlers = [
    handler(hearLater, async (work, { signal, lastAttempt }) => {
      let answer: unknown
      try {
        answer = await hear(work, signal)
      } catch (error) {
        if (signal.aborted || (!lastAttempt && mayPass(error))) throw error
        await usage.refund(work.reservation)
        answer = failureAnswer(work.request_id, error)
      }
      const { callback } = work.options
      if (!callback) return
      const key = `${folderOf(work.request_id, work.caller.principal.userId)}/answer.json`
      await files.put(key, { body: Buffer.from(JSON.stringify(answer)) })
      await send(deliver, { request_id: work.request_id, key, ...callback }, { key: work.request_id })
      await files.remove(work.key)
    }),
    handler(deliver, async ({ key, url, method, request_id }, { signal }) => {
      const stored = await files.open(key)
      if (!stored) throw new Hopeless('The answer is not there any more.')
      const chunks: Buffer[] = []
      for await (const chunk of stored.body) chunks.push(chunk as Buffer)
      const { status } = await guarded.fetch(url, {
        method,
        headers: { 'content-type': 'application/json', 'dg-request-id': request_id },
        body: Buffer.concat(chunks),
        timeoutMs: DELIVERY_MS,
        maxBytes: 4_096,
        overflow: 'cut',
        signal,
      })
      if (status < 200 || status > 299) throw new Error(`The receiver answered ${status}.`)
      await files.remove(key)
    }),
  ]

  return {
    definitions: [hearLater, deliver],
    handlers,
    /** Keeps the recording and takes on the work. */
    async take(path: string, ending: string, work: Omit<CallbackWork, 'key'>): Promise<void> {
      const folder = folderOf(work.request_id, work.caller.principal.userId)
      const key = `${folder}/recording.${ending}`
      try {
        await doom(`${folder}/`, new Date(now().getTime() + KEEP_MS))
        await files.put(key, { path, sha256: work.sha256 })
        await send(hearLater, { ...work, key }, { userId: work.caller.principal.userId })
      } catch (error) {
        await usage.refund(work.reservation)
        throw error
      }
    },
  }
}

export type Callbacks = ReturnType<typeof createCallbacks>
