import { z } from 'zod'
import type { Route } from '../access/route.ts'
import { createConversations } from '../features/conversations/index.ts'
import { createDocuments, documentRoutes } from '../features/documents/index.ts'
import { createIdentity } from '../features/identity/index.ts'
import { createInsights, insightRoutes } from '../features/insights/index.ts'
import { translationRoutes, translationService, translationWebhook } from '../features/translation/index.ts'
import type { Files } from '../platform/files/port.ts'
import { handler, type JobDefinition, type JobHandler, job } from '../platform/queue/job.ts'
import type { Queue } from '../platform/queue/queue.ts'
import { createTranslators } from '../translation/registry.ts'
import type { Access } from './access.ts'
import { accountData, type ExportPart } from './account-data.ts'
import type { Platform } from './platform.ts'
import type { Post } from './post.ts'
import { composeUnderstanding } from './understanding.ts'

const PLATFORM_ACCESS_SECONDS = 3_600

interface FeaturesOptions {
  platform: Platform
  access: Access
  files: Files
  post: Post
  /** Opened once all features have said what kinds of jobs they have; there from then on. */
  queue: () => Queue
  refreshCookie: (headers: Readonly<Record<string, string | string[] | undefined>>) => string | undefined
}

export interface Features {
  routes: readonly Route[]
  definitions: readonly JobDefinition[]
  handlers: readonly JobHandler[]
  setupLink: () => Promise<string | null>
  engineTrouble: () => string | null
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
export function composeFeatures({ platform, access, files, post, queue, refreshCookie }: FeaturesOptions): Features {
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
    onGone: (_userId, ids) => understanding.onGone(ids),
    removeNow: async () => {},
  })

  const documents = createDocuments({ log })
  const translators = createTranslators(config.providers)
  const translation = translationService({
    translators,
    webhook: translationWebhook(config.providers.deepseek),
    usage: { record: async () => {} },
    log,
  })
  const insights = createInsights({ ...(config.providers.llm && { llm: config.providers.llm }), log })
  const understanding = composeUnderstanding({
    platform,
    conversations,
    insights,
    translators,
    queue,
    publish: async () => {},
    usage: { record: async () => {} },
  })
  exportParts.push(understanding.accountPart)

  return {
    routes: [
      ...identity.routes,
      ...conversations.routes,
      ...documentRoutes(documents),
      ...translationRoutes(translation),
      ...insightRoutes(insights),
      ...understanding.routes,
    ],
    definitions: [tidyAccounts, ...understanding.definitions],
    handlers: [handler(tidyAccounts, () => identity.tidy()), ...understanding.handlers],
    setupLink: identity.setupLink,
    engineTrouble: () => null,
    close: async () => {
      await documents.close()
      await access.keys.close()
      post.close()
    },
  }
}
