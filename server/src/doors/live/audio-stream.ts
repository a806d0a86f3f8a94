import { audioStreamLanguages, audioStreamEvents as events } from '@mina/contract'
import type { Namespace, Socket } from 'socket.io'
import type { z } from 'zod'
import type { Principal } from '../../access/principal.ts'
import { type Live, type LiveSession, noRoom, type Tell } from '../../features/live/index.ts'
import type { Log } from '../../platform/log.ts'
import { Refusal } from '../../platform/refusal.ts'
import { SpeechError } from '../../speech/errors.ts'
import type { Guest } from './handshake.ts'

type Events = typeof events
type Said = { [Name in keyof Events]: Events[Name]['from'] extends 'server' ? Name : never }[keyof Events]

const languages = new Set<string>(audioStreamLanguages)
/** Whole groups of four, padding only at the end; Node's decoder would take anything. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

const kinds = { oidc: 'auth0', key: 'api_key', static: 'api_key' } as const
const kindOf = ({ via }: Principal) => kinds[via as keyof typeof kinds] ?? 'jwt'

const nameOf = (principal: Principal) =>
  principal.via === 'oidc' ? String(principal.claims?.sub ?? principal.userId) : principal.userId

/** null: no sound in a form that we take. */
export function soundIn(message: unknown): Buffer | null {
  const text = (message as { audio_chunk?: unknown } | null | undefined)?.audio_chunk
  if (typeof text !== 'string' || !BASE64.test(text)) return null
  const pcm = Buffer.from(text, 'base64')
  return pcm.length % 2 === 0 ? pcm : null
}

/** Whoever asks while it runs waits for the same. */
function once<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let running: Promise<Result> | undefined
  return () => {
    running ??= work().finally(() => {
      running = undefined
    })
    return running
  }
}

/** Namespace `/audio-stream`: mobile clients, one base64 chunk at a time, each stream a kept conversation. */
export function audioStreamNamespace(namespace: Namespace, { live, log }: { live: Live; log: Log }) {
  namespace.on('connection', (socket: Socket) => {
    const { principal } = socket.data.guest as Guest
    let session: LiveSession | undefined
    let takeUpAgain: (() => Promise<LiveSession>) | undefined
    let state: 'opening' | 'open' | 'failed' | 'stopped' = 'opening'
    let stopping: Promise<unknown> | undefined

    const say = <Name extends Said>(name: Name, message: Omit<z.input<Events[Name]['message']>, 'timestamp'>) =>
      socket.emit(events[name].name, { ...message, timestamp: new Date().toISOString() })
    const fail = (message: string) => say('error', { message })

    const told: Tell = (name, message) => {
      if (name === 'interim' || name === 'final') {
        const { text, confidence } = message as { text: string; confidence?: number | null }
        say('transcription', { transcript: text, is_final: name === 'final', confidence: confidence ?? 0 })
      } else if (name === 'warning') {
        const { code, message: text } = message as { code: string; message: string }
        // These clients do not number their chunks.
        if (code !== 'gap') say('warning', { code, message: text })
      } else if (name === 'error') {
        const { code } = message as { code: string }
        // One that was let go since no sound came goes on by itself when sound comes: there is nothing to tell.
        if (code !== 'timeout') fail('Transcription service error')
      }
    }

    const stop = () => {
      stopping ??= (async () => {
        state = 'stopped'
        // One that is let go by a server that stops is finished later, as one that was left.
        if (session && !session.over) await live.service.stop(session)
      })()
      return stopping
    }

    async function open(caller: Principal) {
      const asked = String(socket.handshake.query.lang ?? 'en').toLowerCase()
      const language = languages.has(asked) ? asked : 'en'
      const connected = () =>
        say('connected', {
          message: 'Successfully connected to audio streaming service',
          user_id: nameOf(caller),
          auth_type: kindOf(caller),
          language,
          ...(language !== asked && { warning: 'This language is not supported; en is used instead.' }),
        })
      try {
        const started = await live.service.start(caller, { language, sample_rate: 16_000, kind: 'audio-stream' })
        session = started.session
        session.attach(told)
        takeUpAgain = once(async () => {
          const resumed = await live.service.resume(caller, started.resumeToken)
          if (!resumed.session) throw new Refusal('gone', 'This stream was ended. Connect again to begin another.')
          const lease = resumed.session.attach(told)
          // Nobody is there any more: it is finished as one that was left.
          if (socket.disconnected || stopping) lease.detach()
          session = resumed.session
          return resumed.session
        })
        if (socket.disconnected) return void (await stop())
        state = 'open'
        connected()
        if (started.trouble) fail(started.trouble)
        if (started.full) say('warning', noRoom)
      } catch (error) {
        const known = error instanceof Refusal || error instanceof SpeechError
        if (!known) log.error({ error: (error as Error).name }, 'an audio stream could not be opened')
        state = 'failed'
        connected()
        fail(known ? error.message : 'Failed to initialize transcription service')
        socket.disconnect()
      }
    }

    async function keep(pcm: Buffer) {
      const running = session?.over ? await takeUpAgain?.() : session
      await running?.push(pcm)
    }

    socket.on(events.chunk.name, (message: unknown) => {
      if (state === 'opening' || state === 'stopped') return void fail('Connection not initialized')
      if (state === 'failed' || !session) return void fail('Transcription service not ready')
      const pcm = soundIn(message)
      if (!pcm) return void fail('Invalid audio data format')
      if (pcm.length === 0) return
      keep(pcm).catch((error) => {
        if (!(error instanceof Refusal)) log.error({ error: (error as Error).name }, 'a chunk was not kept')
        fail(error instanceof Refusal ? error.message : 'Error processing audio data')
      })
    })
    socket.on(events.stop.name, () => {
      if (!session || state !== 'open') return void fail('Connection not initialized')
      stop().then(
        () => say('stopped', { message: 'Streaming stopped successfully' }),
        () => fail('Transcription service error'),
      )
    })
    socket.on('disconnect', () => {
      if (session)
        stop().catch((error: Error) => log.warn({ error: error.name }, 'an audio stream waits to be finished'))
    })

    if (principal) void open(principal)
    else socket.disconnect()
  })
}
