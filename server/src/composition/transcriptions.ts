import { createPageVideos, createTranscriptions } from '../features/transcriptions/index.ts'
import type { TranslationService } from '../features/translation/index.ts'
import type { Usage } from '../features/usage/index.ts'
import { createGuardedFetch } from '../platform/outbound/guarded.ts'
import type { Platform } from './platform.ts'
import type { Speech } from './speech.ts'

interface TranscriptionsOptions {
  platform: Platform
  speech: Speech
  translation: TranslationService
  usage: Usage
}

/** Transcription for callers who wait: the Platform calls and the dialects of other services. */
export function composeTranscriptions({ platform, speech, translation, usage }: TranscriptionsOptions) {
  const { config, log, tempDir } = platform
  const media = createGuardedFetch({ allow: config.mediaAllow })
  const transcriptions = createTranscriptions({
    ...{ recognisers: speech.recognisers, translation, usage, log, tempDir },
    maxSeconds: config.limits.audioHours * 3_600,
    allowedTypes: config.limits.uploadTypes,
    guarded: media,
    pages: createPageVideos({ allow: config.mediaAllow }),
    maxBytes: config.limits.uploadBytes,
  })
  return {
    routes: transcriptions.routes,
    definitions: [],
    handlers: [],
    close: () => media.close(),
  }
}
