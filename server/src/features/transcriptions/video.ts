import { performance } from 'node:perf_hooks'
import type { VideoTranscript } from '@mina/contract'
import type { z } from 'zod'
import type { ReceivedFile } from '../../access/route.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { Recording, Transcript } from '../../speech/port.ts'
import type { Recognisers } from '../../speech/registry.ts'
import { fileIn, type ModelSize } from './fields.ts'
import type { Caller, Hearing, Wish } from './hearing.ts'
import type { Links } from './links.ts'
import { linesOf, segmentsOf, warningsOf } from './present.ts'
import { confidenceOf, seconds, textOf } from './spoken.ts'

export interface VideoRequest {
  size: ModelSize
  language: string | undefined
}

/** What the registry has of each size. */
const localModels: Record<ModelSize, string> = {
  tiny: 'whisper-tiny',
  base: 'whisper-base',
  small: 'whisper-small',
  medium: 'whisper-medium',
  large: 'whisper-large-v3-turbo',
}

type Answer = z.input<typeof VideoTranscript>

export function createVideos({
  hearing,
  links,
  recognisers,
}: {
  hearing: Hearing
  links: Links
  recognisers: Recognisers
}) {
  /** The local Whisper of that size where it is installed, else OpenAI where it has a key, else the usual engine. */
  function wishFor({ size, language }: VideoRequest): Wish {
    const model = localModels[size]
    const local = recognisers.names.includes('local') ? recognisers.get('local') : undefined
    if (local?.capabilities.models.includes(model)) return { provider: 'local', model, language }
    if (recognisers.get('openai').unavailable() === null) return { provider: 'openai', language }
    return { language }
  }

  async function hear(file: string | Recording, request: VideoRequest, caller: Caller, signal: AbortSignal) {
    const began = performance.now()
    const accepted = await hearing.accept(file, wishFor(request), caller, { signal })
    const transcript = await accepted.run(signal)
    return told(transcript, performance.now() - began)
  }

  return {
    async fromUrl(url: unknown, request: VideoRequest, caller: Caller, signal: AbortSignal): Promise<Answer> {
      if (url === undefined || url === null) throw new Refusal('bad_request', 'video_url is required for JSON requests')
      if (typeof url !== 'string' || url.trim() === '') throw new Refusal('bad_request', 'Video URL cannot be empty')
      // Before anything is fetched: an engine that is not there is no reason to download.
      hearing.engineFor(wishFor(request))
      const fetched = await links(url.trim(), signal, { pages: true })
      try {
        return {
          ...(await hear(fetched.recording, request, caller, signal)),
          source: 'video_url',
          video_url: url.trim(),
          video_title: fetched.title,
          video_uploader: fetched.uploader,
        }
      } finally {
        await fetched.release()
      }
    },
    async fromFile(files: readonly ReceivedFile[], request: VideoRequest, caller: Caller, signal: AbortSignal) {
      const file = fileIn(files, 'video')
      const answer = await hear(file.path, request, caller, signal)
      return { ...answer, source: 'video_file', filename: file.filename, file_size: file.size } satisfies Answer
    },
  }
}

function told(transcript: Transcript, took_ms: number) {
  const { utterances } = transcript
  const text = textOf(utterances)
  return {
    transcript: text,
    confidence: confidenceOf(utterances),
    detected_language: transcript.language,
    model: transcript.model,
    service: 'whisper-video' as const,
    word_count: text.split(/\s+/).filter(Boolean).length,
    transcription_time: seconds(took_ms),
    video_duration: seconds(transcript.duration_ms),
    segments: segmentsOf(utterances),
    formatted_transcript_array: linesOf(utterances),
    warnings: warningsOf(transcript),
  }
}

export type Videos = ReturnType<typeof createVideos>
