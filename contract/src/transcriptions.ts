import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { Flag } from './shapes.ts'

/** Fields of a form. What is missing or wrong gets the service's own wording, so nothing is required here. */
const field = z.string().optional().catch(undefined)
const flag = (fallback: boolean) => Flag.default(fallback).catch(fallback)

export const TranscriptLine = z
  .object({
    text: z.string(),
    speaker: z.string().optional(),
    start: z.number().optional(),
    end: z.number().optional(),
  })
  .meta({ id: 'TranscriptLine', description: 'A sentence; times in seconds.' })

export const TimedWord = z
  .object({
    word: z.string(),
    start: z.number(),
    end: z.number(),
    confidence: z.number().nullable(),
    punctuated_word: z.string(),
    speaker: z.string().optional(),
  })
  .meta({ id: 'TimedWord' })

export const TranscriptWarning = z.object({ code: z.string(), message: z.string() }).meta({ id: 'TranscriptWarning' })

const Span = z.object({ text: z.string(), start: z.number(), end: z.number() })

export const TranscriptParagraphs = z
  .object({
    transcript: z.string(),
    paragraphs: z.array(
      z.object({
        sentences: z.array(Span),
        speaker: z.string().optional(),
        num_words: z.int(),
        start: z.number(),
        end: z.number(),
      }),
    ),
  })
  .meta({ id: 'TranscriptParagraphs' })

const SpokenSegment = Span.extend({ speaker: z.string().optional(), confidence: z.number().nullable() })

export const PlatformTranscript = z
  .object({
    transcript: z.string(),
    confidence: z.number().nullable().describe('null where the engine gives none.'),
    language: z.string().nullable(),
    duration: z.number().describe('Seconds.'),
    words: z.array(TimedWord).optional(),
    paragraphs: TranscriptParagraphs.optional(),
    diarization: z.object({ speakers_detected: z.int(), segments: z.array(SpokenSegment) }).optional(),
    formatted_transcript_array: z.array(TranscriptLine),
    processing_info: z.object({
      service: z.string(),
      model_used: z.string(),
      language_requested: z.string(),
      diarization_enabled: z.boolean(),
      paragraphs_enabled: z.boolean(),
    }),
    processing_method: z.enum(['single', 'chunked']),
    total_chunks: z.int(),
    warnings: z.array(TranscriptWarning),
  })
  .meta({ id: 'PlatformTranscript' })

const platform = {
  family: 'platform',
  method: 'POST',
  permission: 'speech:use',
  limit: 'upload',
  rate: 'speech',
  errors: [
    'bad_request',
    'quota_exceeded',
    'too_large',
    'too_long',
    'unsupported_type',
    'unprocessable_audio',
    'unsupported_language',
    'provider_failed',
    'unavailable',
    'timeout',
  ],
} as const

const audioForm = z.object({
  language: field.describe('A code such as en or pt-BR, or auto.'),
  model: field,
  diarize: flag(false),
  multichannel: flag(false).describe('Each channel by itself; the speaker is the channel.'),
  punctuate: flag(true),
  paragraphs: flag(false),
  words: flag(false),
})

const asAudio = { ...platform, consumes: 'multipart', body: audioForm, answer: PlatformTranscript } as const

export const transcribeWithDeepgram = endpoint({
  ...asAudio,
  path: '/transcriptions/deepgram',
  summary: 'Transcribe the file in `audio` with Deepgram',
})

export const transcribeWithWhisper = endpoint({
  ...asAudio,
  path: '/transcriptions/whisper',
  summary: 'Transcribe the file in `audio` with OpenAI; what is too large for one request is cut at silence',
})

export const transcribeWithAssemblyAI = endpoint({
  ...asAudio,
  path: '/transcriptions/assemblyai',
  summary: 'Transcribe the file in `audio` with AssemblyAI',
})

export const transcribeLocally = endpoint({
  ...asAudio,
  path: '/transcriptions/local',
  summary: 'Transcribe the file in `audio` with the embedded engine',
})

const Video = z.object({
  transcript: z.string(),
  confidence: z.number().nullable(),
  detected_language: z.string().nullable(),
  model: z.string().describe('What ran.'),
  service: z.literal('whisper-video'),
  word_count: z.int(),
  transcription_time: z.number().describe('Seconds that the work took.'),
  video_duration: z.number(),
  segments: z.array(SpokenSegment),
  formatted_transcript_array: z.array(TranscriptLine),
  warnings: z.array(TranscriptWarning),
})

export const VideoTranscript = z
  .discriminatedUnion('source', [
    Video.extend({
      source: z.literal('video_url'),
      video_url: z.string(),
      video_title: z.string().nullable(),
      video_uploader: z.string().nullable(),
    }),
    Video.extend({ source: z.literal('video_file'), filename: z.string(), file_size: z.int() }),
  ])
  .meta({ id: 'VideoTranscript' })

export const transcribeVideo = endpoint({
  ...platform,
  path: '/transcriptions/video',
  summary: 'Transcribe a video: a file in `video`, or JSON with a `video_url`',
  consumes: 'json-or-multipart',
  body: z
    .object({ video_url: z.unknown(), language: z.string().nullish().catch(undefined), model_size: z.unknown() })
    .partial(),
  answer: VideoTranscript,
})

export const transcribeAndTranslate = endpoint({
  ...platform,
  path: '/transcriptions/transcribe-and-translate',
  summary: 'Transcribe the file in `audio`, and translate the text',
  consumes: 'multipart',
  body: z.object({
    translate: flag(false),
    transcript_model: field.describe('deepgram, whisper, assemblyai or local; TRANSCRIPTION_PROVIDER by default.'),
    translation_model: field.describe('google or openai.'),
    language: field,
    target_language: field,
  }),
  answer: z.object({
    formatted_transcript_array: z.array(TranscriptLine),
    transcript: z.string(),
    translated_text: z.string().nullable(),
    warnings: z.array(TranscriptWarning),
  }),
})
