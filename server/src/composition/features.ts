import { z } from 'zod'
import type { Route } from '../access/route.ts'
import { createConversations } from '../features/conversations/index.ts'
import { createDocuments, documentRoutes } from '../features/documents/index.ts'
import { createIdentity } from '../features/identity/index.ts'
import { createInsights, insightRoutes } from '../features/insights/index.ts'
import { translationRoutes, translationService, translationWebhook } from '../features/translation/index.ts'
import { translationMeter } from '../features/usage/index.ts'
import type { Files } from '../platform/files/port.ts'
import { handler, type JobDefinition, type JobHandler, job } from '../platform/queue/job.ts'
import type { Queue } from '../platform/queue/queue.ts'
import type { Recogniser } from '../speech/port.ts'
import { createTranslators } from '../translation/registry.ts'
import type { Access } from './access.ts'
import { accountData, type ExportPart } from './account-data.ts'
import type { Platform } from './platform.ts'
import type { Post } from './post.ts'
import { composeRecordings } from './recordings.ts'
import { composeSpeech } from './speech.ts'
import { composeTranscriptions } from './transcriptions.ts'
import { composeUsage } from './usage.ts'
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

export interface Features {
  routes: readonly Route[]
  definitions: readonly JobDefinition[]
  handlers: readonly JobHandler[]
  setupLink: () => Promise<string | null>
  engineTrouble: () => string | null
  /** Ends what stays open for as long as a client likes; else the server could not stop. */
  hangUp: () => void
  /** Counts a call of the programs' families over HTTP. */
  countCall: (userId: string) => void
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
  const exportParts: ExportPart[] = []

  const webhooks = composeWebhooks(platform, queue)
  const usage = composeUsage(platform, webhooks)
  exportParts.push(usage.exported)

  const identity = createIdentity({
    ...access,
    db,
    clock,
    log,
    limiter,
    post: post.identity,
    data: accountData({ db, files, parts: exportParts, log }),
    secret: config.secretKey,
    publicBaseUrl: config.publicBaseUrl,
    registration: config.registration,
    lifetimes: {
      accessSeconds: config.accessMinutes * 60,
      refreshSeconds: config.refreshDays * 86_400,
      platformAccessSeconds: PLATFORM_ACCESS_SECONDS,
    },
    refreshCookie,
  })

  const speech = composeSpeech({ config, log, engines })
  const recordings = composeRecordings({ platform, access, files, speech, send: queue.send })

  const conversations = createConversations({
    db,
    clock,
    audit: access.audit,
    find: async () => ({ items: [], next_cursor: null }),
    onChanged: () => {},
    onFinished: async () => {},
    onGone: (_userId, ids) => recordings.transcripts.stop(ids),
    removeNow: async () => {},
  })

  const documents = createDocuments({ log })
  const translation = translationService({
    translators: createTranslators(config.providers),
    webhook: translationWebhook(config.providers.deepseek),
    usage: translationMeter(usage.usage),
    log,
  })
  const transcriptions = composeTranscriptions({ platform, speech, translation, usage: usage.usage })
  const insights = createInsights({ ...(config.providers.llm && { llm: config.providers.llm }), log })

  return {
    routes: [
      ...identity.routes,
      ...conversations.routes,
      ...recordings.routes,
      ...documentRoutes(documents),
      ...translationRoutes(translation),
      ...transcriptions.routes,
      ...insightRoutes(insights),
      ...usage.routes,
      ...webhooks.routes,
    ],
    definitions: [tidyAccounts, ...recordings.definitions, ...webhooks.definitions],
    handlers: [handler(tidyAccounts, () => identity.tidy()), ...recordings.handlers, ...webhooks.handlers],
    setupLink: identity.setupLink,
    engineTrouble: () => speech.recognisers.get(config.transcription.provider).unavailable(),
    hangUp: recordings.events.hangUp,
    countCall: usage.usage.countCall,
    close: async () => {
      await transcriptions.close()
      await recordings.close()
      await documents.close()
      await usage.usage.close()
      await webhooks.close()
      await access.keys.close()
      post.close()
    },
  }
}
