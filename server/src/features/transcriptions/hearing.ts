import type { Principal } from '../../access/principal.ts'
import type { CallInfo } from '../../access/route.ts'
import { probe } from '../../audio/probe.ts'
import type { Log } from '../../platform/log.ts'
import { Refusal } from '../../platform/refusal.ts'
import { deepgramLanguages, knows } from '../../speech/languages.ts'
import type { RecognitionOptions, Recording, Transcript, Utterance } from '../../speech/port.ts'
import type { Recognisers } from '../../speech/registry.ts'
import type { Reservation, Usage } from '../usage/index.ts'

/** Who asks, from where, and by which path: what the usage log wants to know. */
export interface Caller {
  principal: Pick<Principal, 'userId' | 'plan' | 'keyId'>
  request: Pick<CallInfo, 'ip' | 'userAgent'>
  endpoint: string
}

/** What is wanted of a recording; engine options go to the engine as they are. */
export interface Wish
  extends Pick<
    RecognitionOptions,
    | 'language'
    | 'model'
    | 'diarize'
    | 'punctuate'
    | 'paragraphs'
    | 'words'
    | 'multichannel'
    | 'vocabulary'
    | 'prompt'
    | 'temperature'
  > {
  /** By name; without it TRANSCRIPTION_PROVIDER. */
  provider?: string
}

/** A recording that was looked at and counted against the caller's month. `run` or `drop` ends it, once. */
export interface Accepted {
  recording: Recording
  reservation: Reservation
  run(signal: AbortSignal, onUtterance?: (utterance: Utterance) => void | Promise<void>): Promise<Transcript>
  drop(): Promise<void>
}

interface AcceptOptions {
  signal?: AbortSignal
  /** What was counted before, for work that was taken on earlier. */
  reservation?: Reservation
  /** Another attempt will follow a failure, so the count stays. */
  keepsReservation?: boolean
}

export interface HearingParts {
  recognisers: Recognisers
  usage: Pick<Usage, 'reserve' | 'settle' | 'refund'>
  maxSeconds: number
  /** Endings such as mp3; empty allows all that can be read. */
  allowedTypes: readonly string[]
  log: Log
}

const SHORT_MS = 120_000

/** From a file on disk to a transcript, for callers who wait for it: judged, counted, recognised, entered. */
export function createHearing({ recognisers, usage, maxSeconds, allowedTypes, log }: HearingParts) {
  /** The engine for this wish, or a refusal that says what would help. */
  const engineFor = (wish: Wish) => {
    const { provider, language, diarize, model } = wish
    // Deepgram's models differ in their languages, and the caller may name another than the usual one.
    const modelKnows =
      provider === 'deepgram' && model !== undefined && knows({ languages: deepgramLanguages(model) }, language)
    return recognisers.pick({ provider, diarize, ...(modelKnows ? {} : { language }) })
  }

  async function look(path: string, signal?: AbortSignal): Promise<Recording> {
    const { duration_ms, channels, size, ending } = await probe(path, { maxSeconds, signal })
    if (allowedTypes.length > 0 && !allowedTypes.includes(ending))
      throw new Refusal('unsupported_type', `This server takes ${allowedTypes.join(', ')} only.`)
    return { path, duration_ms, channels, size, name: `recording.${ending}` }
  }

  /** Everything that can be refused is refused here, before an engine runs. */
  async function accept(
    file: string | Recording,
    wish: Wish,
    caller: Caller,
    options: AcceptOptions = {},
  ): Promise<Accepted> {
    const engine = engineFor(wish)
    const recording = typeof file === 'string' ? await look(file, options.signal) : file
    const audio_seconds = recording.duration_ms / 1000
    const { userId, plan, keyId } = caller.principal
    const reservation = options.reservation ?? (await usage.reserve(userId, plan, { audio_seconds }))
    const { provider: _, ...asked } = wish

    return {
      recording,
      reservation,
      drop: () => usage.refund(reservation),
      async run(signal, onUtterance) {
        try {
          signal.throwIfAborted()
          const transcript = await engine.transcribe(recording, {
            ...asked,
            priority: recording.duration_ms < SHORT_MS ? 'short' : 'long',
            signal,
            ...(onUtterance && { onUtterance }),
          })
          signal.throwIfAborted()
          await usage.settle(reservation, {
            ...{ userId, keyId, endpoint: caller.endpoint, audio_seconds },
            ...{ ip: caller.request.ip, userAgent: caller.request.userAgent },
            service: transcript.engine,
            cost_usd: transcript.cost_usd,
          })
          return transcript
        } catch (error) {
          if (!options.keepsReservation) await usage.refund(reservation)
          if (!signal.aborted)
            log.warn(
              { engine: engine.name, endpoint: caller.endpoint, error: (error as Error).name },
              'a transcription failed',
            )
          throw error
        }
      },
    }
  }

  return { accept, look, engineFor }
}

export type Hearing = ReturnType<typeof createHearing>
