import { z } from 'zod'
import { LanguageTag, Provider } from './shapes.ts'
import { socketEvent } from './socket.ts'

/** Namespace `/`: the web app's live sessions. One typed map for both sides. */

const Refused = z.object({ ok: z.literal(false), code: z.string(), message: z.string() })
const Seq = z.int().min(0).max(100_000_000)

export const Caption = z.object({
  conversation_id: z.uuid(),
  idx: z.int(),
  start_ms: z.int(),
  end_ms: z.int(),
  text: z.string(),
  speaker: z.string().nullable().optional(),
})

export const liveEvents = {
  hello: socketEvent({
    name: 'server_hello',
    from: 'server',
    message: z.object({
      version: z.string(),
      engine: z.string(),
      /** Engines that can be asked for, and whether there is room for one more stream now. */
      engines: z.array(z.object({ name: z.string(), languages: z.union([z.literal('any'), z.array(z.string())]) })),
      full: z.boolean(),
    }),
  }),
  start: socketEvent({
    name: 'session:start',
    from: 'client',
    message: z.object({
      conversation_id: z.uuid().optional(),
      title: z.string().trim().max(255).optional(),
      language: LanguageTag.optional(),
      provider: Provider.optional(),
      sample_rate: z.int().min(8_000).max(48_000).default(16_000),
      diarize: z.boolean().optional(),
    }),
    ack: z.union([
      z.object({ ok: z.literal(true), conversation_id: z.uuid(), resume_token: z.string(), next_seq: Seq }),
      Refused,
    ]),
  }),
  chunk: socketEvent({
    name: 'audio_chunk',
    from: 'client',
    message: z.object({ seq: Seq, pcm: z.instanceof(Uint8Array) }),
    ack: z.union([z.object({ seq: Seq, next_seq: Seq, slow_ms: z.int().optional() }), Refused]),
  }),
  pause: socketEvent({
    name: 'session:pause',
    from: 'client',
    message: z.object({}).optional(),
    ack: z.union([z.object({ ok: z.literal(true) }), Refused]),
  }),
  resume: socketEvent({
    name: 'session:resume',
    from: 'client',
    message: z.object({ resume_token: z.string().min(16).max(200) }),
    ack: z.union([z.object({ ok: z.literal(true), conversation_id: z.uuid(), next_seq: Seq }), Refused]),
  }),
  stop: socketEvent({
    name: 'session:stop',
    from: 'client',
    message: z.object({ last_seq: Seq.optional() }).optional(),
    ack: z.union([z.object({ ok: z.literal(true), conversation_id: z.uuid() }), Refused]),
  }),
  watch: socketEvent({
    name: 'conversation:watch',
    from: 'client',
    message: z.object({ conversation_id: z.uuid() }),
    ack: z.union([z.object({ ok: z.literal(true) }), Refused]),
  }),
  started: socketEvent({
    name: 'session:started',
    from: 'server',
    message: z.object({ conversation_id: z.uuid(), engine: z.string(), language: z.string().nullable() }),
  }),
  interim: socketEvent({
    name: 'transcription:interim',
    from: 'server',
    /** So many characters of the text will most likely stay as they are. */
    message: Caption.extend({ stable_chars: z.int().optional() }),
  }),
  final: socketEvent({
    name: 'transcription:final',
    from: 'server',
    message: Caption.extend({
      id: z.uuid(),
      confidence: z.number().nullable(),
      words: z.array(z.object({ text: z.string(), start_ms: z.int(), end_ms: z.int() })).optional(),
    }),
  }),
  error: socketEvent({
    name: 'transcription:error',
    from: 'server',
    message: z.object({ code: z.string(), message: z.string() }),
  }),
  warning: socketEvent({
    name: 'session:warning',
    from: 'server',
    message: z.object({
      code: z.enum(['gap', 'slow', 'fallback', 'full', 'language', 'option_ignored']),
      message: z.string(),
    }),
  }),
  stopped: socketEvent({
    name: 'session:stopped',
    from: 'server',
    message: z.object({ conversation_id: z.uuid(), duration_ms: z.int() }),
  }),
} as const

/** Namespace `/audio-stream`: mobile clients, one base64 chunk at a time. */
export const audioStreamLanguages = [
  ...['en', 'es', 'fr', 'it', 'de', 'pt', 'nl', 'hi', 'ja', 'ko', 'zh', 'sv', 'no', 'da', 'fi'],
  ...['pl', 'ru', 'tr', 'ar', 'el', 'he', 'cs', 'uk', 'ro', 'hu', 'id', 'ms', 'th', 'vi'],
] as const

const Stamp = z.string()

export const audioStreamEvents = {
  connected: socketEvent({
    name: 'connected',
    from: 'server',
    message: z.object({
      message: z.string(),
      user_id: z.string(),
      auth_type: z.enum(['auth0', 'jwt', 'api_key']),
      language: z.string(),
      /** Another language than the one asked for is used. */
      warning: z.string().optional(),
      timestamp: Stamp,
    }),
  }),
  chunk: socketEvent({
    name: 'audio_chunk',
    from: 'client',
    message: z.object({ audio_chunk: z.string() }),
  }),
  stop: socketEvent({ name: 'stop_streaming', from: 'client', message: z.unknown() }),
  transcription: socketEvent({
    name: 'transcription',
    from: 'server',
    message: z.object({ transcript: z.string(), is_final: z.boolean(), confidence: z.number(), timestamp: Stamp }),
  }),
  warning: socketEvent({
    name: 'warning',
    from: 'server',
    message: z.object({ code: z.string(), message: z.string(), timestamp: Stamp }),
  }),
  stopped: socketEvent({
    name: 'streaming_stopped',
    from: 'server',
    message: z.object({ message: z.string(), timestamp: Stamp }),
  }),
  error: socketEvent({
    name: 'error',
    from: 'server',
    message: z.object({ message: z.string(), timestamp: Stamp }),
  }),
} as const
