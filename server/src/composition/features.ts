import { z } from 'zod'
import type { Route } from '../access/route.ts'
import type { SharedView } from '../doors/live/handshake.ts'
import { type Conversations, createConversations } from '../features/conversations/index.ts'
import { createDocuments, documentRoutes } from '../features/documents/index.ts'
import { createIdentity } from '../features/identity/index.ts'
import { createInsights, insightRoutes } from '../features/insights/index.ts'
import type { Enqueue, Live } from '../features/live/index.ts'
import { translationRoutes, translationService, translationWebhook } from '../features/translation/index.ts'
import type { Files } from '../platform/files/port.ts'
import { handler, type JobDefinition, type JobHandler, job } from '../platform/queue/job.ts'
import { Refusal } from '../platform/refusal.ts'
import type { Recognisers } from '../speech/registry.ts'
import { createTranslators } from '../translation/registry.ts'
import type { Access } from './access.ts'
import { accountData, type ExportPart } from './account-data.ts'
import { composeLive } from './live.ts'
import type { Platform } from './platform.ts'
import type { Post } from './post.ts'

const PLATFORM_ACCESS_SECONDS = 3_600

interface FeaturesOptions {
  platform: Platform
  access: Access
  files: Files
  post: Post
  recognisers: Recognisers
  enqueue: Enqueue
  refreshCookie: (headers: Readonly<Record<string, string | string[] | undefined>>) => string | undefined
}

export interface Features {
  routes: readonly Route[]
  definitions: readonly JobDefinition[]
  handlers: readonly JobHandler[]
  setupLink: () => Promise<string | null>
  engineTrouble: () => string | null
  conversations: Conversations
  live: Live
  /** Refuses a link that is unknown, expired or revoked. */
  openShare: (token: string) => Promise<SharedView>
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
export function composeFeatures({
  platform,
  access,
  files,
  post,
  recognisers,
  enqueue,
  refreshCookie,
}: FeaturesOptions): Features {
  const { config, db, clock, log, limiter } = platform
  const exportParts: ExportPart[] = []

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

  const conversations = createConversations({
    db,
    clock,
    audit: access.audit,
    find: async () => ({ items: [], next_cursor: null }),
    onChanged: () => {},
    onFinished: async () => {},
    onGone: async () => {},
    removeNow: async () => {},
  })

  const live = composeLive({
    platform,
    files,
    conversations,
    recognisers,
    enqueue,
    onFinished: async () => {},
    improve: async () => {},
  })
  const openShare = async (): Promise<SharedView> => {
    throw new Refusal('not_found', 'There is no such link.')
  }

  const documents = createDocuments({ log })
  const translation = translationService({
    translators: createTranslators(config.providers),
    webhook: translationWebhook(config.providers.deepseek),
    usage: { record: async () => {} },
    log,
  })
  const insights = createInsights({ ...(config.providers.llm && { llm: config.providers.llm }), log })

  return {
    routes: [
      ...identity.routes,
      ...conversations.routes,
      ...documentRoutes(documents),
      ...translationRoutes(translation),
      ...insightRoutes(insights),
    ],
    definitions: [tidyAccounts, ...live.definitions],
    handlers: [handler(tidyAccounts, () => identity.tidy()), ...live.handlers],
    setupLink: identity.setupLink,
    engineTrouble: () => null,
    conversations,
    live,
    openShare,
    close: async () => {
      await live.close()
      await documents.close()
      await access.keys.close()
      post.close()
    },
  }
}
