import { createDialects, type ToEnglish } from '../features/dialects/index.ts'
import { createPageVideos, createTranscriptions } from '../features/transcriptions/index.ts'
import { asRefusal, type TranslationService } from '../features/translation/index.ts'
import type { Usage } from '../features/usage/index.ts'
import { doomedFiles } from '../platform/database/schema/index.ts'
import type { Files } from '../platform/files/port.ts'
import { createGuardedFetch } from '../platform/outbound/guarded.ts'
import type { Queue } from '../platform/queue/queue.ts'
import { addUsage, noUsage } from '../translation/port.ts'
import type { Translators } from '../translation/registry.ts'
import type { Platform } from './platform.ts'
import type { Speech } from './speech.ts'

interface TranscriptionsOptions {
  platform: Platform
  speech: Speech
  translation: TranslationService
  translators: Translators
  usage: Usage
  files: Files
  send: Queue['send']
}

/** Transcription for callers who wait: the Platform calls and the dialects of other services. */
export function composeTranscriptions({
  platform,
  speech,
  translation,
  translators,
  usage,
  files,
  send,
}: TranscriptionsOptions) {
  const { config, db, clock, log, tempDir } = platform
  const callbacks = createGuardedFetch({ allow: config.outboundAllow })
  const media = createGuardedFetch({ allow: config.mediaAllow })
  const transcriptions = createTranscriptions({
    ...{ recognisers: speech.recognisers, translation, usage, log, tempDir },
    maxSeconds: config.limits.audioHours * 3_600,
    allowedTypes: config.limits.uploadTypes,
    guarded: media,
    pages: createPageVideos({ allow: config.mediaAllow }),
    maxBytes: config.limits.uploadBytes,
  })
  const dialects = createDialects({
    recognisers: speech.recognisers,
    provider: config.transcription.provider,
    hearing: transcriptions.hearing,
    links: transcriptions.links,
    toEnglish: toEnglish(translators, usage),
    ...{ files, send, usage, now: clock.now },
    guarded: callbacks,
    doom: async (storage_key, remove_after) =>
      void (await db.insert(doomedFiles).values({ storage_key, remove_after }).onConflictDoNothing()),
  })
  return {
    routes: [...transcriptions.routes, ...dialects.routes],
    definitions: dialects.definitions,
    handlers: dialects.handlers,
    close: () => Promise.all([media.close(), callbacks.close()]),
  }
}

/** English by whichever translation engine is set up; what it has cost is entered, also where it fails. */
const toEnglish =
  (translators: Translators, usage: Usage): ToEnglish =>
  async (texts, source, { principal, request, endpoint }, signal) => {
    const spent = noUsage()
    let service = 'translation'
    try {
      const translator = translators.choose()
      service = translator.name
      const { texts: english } = await translator.translate(texts, {
        ...{ source, target: 'en', consecutive: true, signal },
        onUsage: (more) => addUsage(spent, more),
      })
      return english
    } catch (error) {
      throw asRefusal(error)
    } finally {
      if (spent.characters + spent.tokens > 0)
        await usage.record({
          ...{ userId: principal.userId, keyId: principal.keyId, ip: request.ip, userAgent: request.userAgent },
          ...{ service, endpoint, ...spent },
        })
    }
  }
