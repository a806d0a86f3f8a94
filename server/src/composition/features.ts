import type { Server } from 'node:http'
import { z } from 'zod'
import type { Route } from '../access/route.ts'
import type { CookieJar } from '../doors/http/cookies.ts'
import type { LiveDoor } from '../doors/live/door.ts'
import { createDocuments, documentRoutes } from '../features/documents/index.ts'
import { accountTakeOut, createIdentity } from '../features/identity/index.ts'
import { createInsights, insightRoutes } from '../features/insights/index.ts'
import { createModels } from '../features/models/index.ts'
import type { ResumableUploads } from '../features/recordings/index.ts'
import { createPlayback } from '../features/recordings/index.ts'
import { translationRoutes, translationService, translationWebhook } from '../features/translation/index.ts'
import { translationMeter } from '../features/usage/index.ts'
import type { Files } from '../platform/files/port.ts'
import { handler, type JobDefinition, type JobHandler, job } from '../platform/queue/job.ts'
import type { Queue } from '../platform/queue/queue.ts'
import { measureSpeed } from '../speech/engines/local/speed.ts'
import type { Recogniser } from '../speech/port.ts'
import { createTranslators } from '../translation/registry.ts'
import type { Access } from './access.ts'
import { accountData, type ExportPart } from './account-data.ts'
import { composeAdmin } from './admin.ts'
import { composeEndings } from './endings.ts'
import { composeJobs } from './jobs.ts'
import { composeLibrary } from './library.ts'
import { composeLive, composeLiveDoor } from './live.ts'
import type { Platform } from './platform.ts'
import type { Post } from './post.ts'
import { composeRecordings } from './recordings.ts'
import { composeSpeech } from './speech.ts'
import { composeTranscriptions } from './transcriptions.ts'
import { composeUnderstanding } from './understanding.ts'
import { composeUsage } from './usage.ts'
import { composeUtilities } from './utilities.ts'
import { composeWebhooks } from './webhooks.ts'

const PLATFORM_ACCESS_SECONDS = 3_600

interface FeaturesOptions {
  platform: Platform
  access: Access
  files: Files
  post: Post
  queue: Queue
  /** In place of the embedded speech engine, for tests. */
  engines?: readonly Recogniser[] | undefined
  refreshCookie: (headers: Readonly<Record<string, string | string[] | undefined>>) => string | undefined
}

/** What a feature brings to the house. */
interface Part {
  routes?: readonly Route[]
  definitions?: readonly JobDefinition[]
  handlers?: readonly JobHandler[]
  exported?: ExportPart
  close?: () => unknown
}

export interface Features {
  routes: readonly Route[]
  definitions: readonly JobDefinition[]
  handlers: readonly JobHandler[]
  setupLink: () => Promise<string | null>
  engineTrouble: () => string | null
  /** Uploads by a protocol of their own, for the HTTP door to mount. */
  resumable: ResumableUploads
  /** Counts a call of the programs' families over HTTP. */
  countCall: (userId: string) => void
  /** Ends what stays open for as long as a client likes; else the server could not stop. */
  hangUp: () => void
  /** Lets live sessions go, with their last words, while their clients still listen. */
  drain: () => Promise<void>
  /** Joins the live sessions to the HTTP server. */
  sockets: (door: { server: Server; cookies: CookieJar }) => LiveDoor
  close: () => Promise<void>
}

const tidyAccounts = job({
  name: 'identity.tidy',
  payload: z.object({}),
  retries: 3,
  concurrency: 1,
  expireSeconds: 600,
  schedule: '17 3 * * *',
})

/** Builds the features and joins what each brings. The one place that knows them all. */
export function composeFeatures(options: FeaturesOptions): Features {
  const { platform, access, files, post, queue, engines, refreshCookie } = options
  const { config, db, clock, log, limiter } = platform

  const webhooks = composeWebhooks(platform, queue)
  const usage = composeUsage(platform, webhooks)
  const speech = composeSpeech({ config, log, engines })
  const documents = createDocuments({ log })
  const endings = composeEndings({ usage: usage.usage, webhooks, post, clock })
  const playback = createPlayback({ db, files })
  const recordings = composeRecordings({
    ...{ platform, access, files, playback, speech, documents, send: queue.send },
    // Conversations are told to stop work, so they are built after what works for them.
    open: (principal, id, to) => library.conversations.open(principal, id, to),
    wordsOf: (userId) => understanding.vocabulary.wordsOf(userId),
    insightsOf: async (conversation) => (await understanding.insights.get(conversation, undefined)).insights,
    hooks: endings,
  })
  const library = composeLibrary({
    ...{ platform, access, files, playback },
    async stopWork(ids) {
      await live.service.end(ids)
      await recordings.transcripts.stop(ids)
      await understanding.onGone(ids)
    },
    async resumeWork(userId, ids) {
      await live.service.resumeWork(ids)
      await recordings.transcripts.resume(userId, ids)
    },
    publish: recordings.events.publish,
    onFinished: (row) => endings.onFinished(row, db),
  })
  const translators = createTranslators(config.providers)
  const translation = translationService({
    translators,
    webhook: translationWebhook(config.providers.deepseek),
    usage: translationMeter(usage.usage),
    log,
  })
  const jobs = composeJobs({
    ...{ platform, access, files, queue, speech, translators, webhooks },
    usage: usage.usage,
    events: recordings.events,
  })
  const admin = composeAdmin({
    ...{ platform, access, files, queue, speech, translators, usedBytes: usage.allBytes },
    reopen: { [jobs.runs]: ({ job_id }) => jobs.reopen(String(job_id)) },
  })
  const models = createModels({
    ...{ modelsDir: config.models.dir, mirror: config.models.mirror, audit: access.audit, log },
    measure: async (name, signal) => (await measureSpeed(speech.recognisers.get('local'), name, { signal })).speed,
  })
  const insights = createInsights({ ...(config.providers.llm && { llm: config.providers.llm }), log })
  const transcriptions = composeTranscriptions({
    ...{ platform, speech, translation, translators, files, usage: usage.usage, send: queue.send },
  })
  const understanding = composeUnderstanding({
    ...{ platform, insights, translators, queue, usage: usage.usage },
    conversations: library.conversations,
    publish: recordings.events.publish,
  })

  const live = composeLive({
    ...{ platform, files, queue, speech, endings, usage: usage.usage },
    wordsOf: understanding.vocabulary.wordsOf,
    conversations: library.conversations,
    transcripts: recordings.transcripts,
    publish: recordings.events.publish,
  })

  const parts: Part[] = [
    live,
    webhooks,
    usage,
    jobs,
    admin,
    models,
    composeUtilities(platform, queue),
    recordings,
    library,
    { routes: documentRoutes(documents), close: documents.close },
    { routes: translationRoutes(translation) },
    { routes: insightRoutes(insights) },
    transcriptions,
    understanding,
    { close: usage.usage.close },
    { close: access.keys.close },
    { close: post.close },
  ]

  const identity = createIdentity({
    ...access,
    ...{ db, clock, log, limiter, refreshCookie },
    post: post.identity,
    data: accountData({
      parts: [accountTakeOut(db), ...parts.flatMap((it) => it.exported ?? [])],
      erase: library.erase,
    }),
    secret: config.secretKey,
    publicBaseUrl: config.publicBaseUrl,
    registration: config.registration,
    lifetimes: {
      accessSeconds: config.accessMinutes * 60,
      refreshSeconds: config.refreshDays * 86_400,
      platformAccessSeconds: PLATFORM_ACCESS_SECONDS,
    },
  })
  parts.push({
    routes: identity.routes,
    definitions: [tidyAccounts],
    handlers: [handler(tidyAccounts, () => identity.tidy())],
  })

  return {
    routes: parts.flatMap((it) => it.routes ?? []),
    definitions: parts.flatMap((it) => it.definitions ?? []),
    handlers: parts.flatMap((it) => it.handlers ?? []),
    setupLink: identity.setupLink,
    engineTrouble: () => speech.recognisers.get(config.transcription.provider).unavailable(),
    countCall: usage.usage.countCall,
    resumable: recordings.recordings.resumable,
    hangUp: recordings.events.hangUp,
    drain: live.service.drain,
    sockets: (door) =>
      composeLiveDoor({
        ...{ ...door, platform, access, speech, live },
        conversations: library.conversations,
        onHeard: (userId, { engine, audio_seconds, cost_usd }) =>
          usage.usage.record({
            ...{ userId, audio_seconds, cost_usd },
            service: `transcription.${engine}`,
            endpoint: 'WS /v1/listen',
          }),
        async openShare(token) {
          const { conversation } = await library.shares.openShare(token)
          return { conversation_id: conversation.id }
        },
      }),
    async close() {
      for (const part of parts) await part.close?.()
    },
  }
}
