import type { Route } from '../access/route.ts'
import { createIdentity, type IdentityPost } from '../features/identity/index.ts'
import type { Files } from '../platform/files/port.ts'
import type { JobDefinition, JobHandler } from '../platform/queue/job.ts'
import type { Access } from './access.ts'
import { accountData } from './account-data.ts'
import type { Platform } from './platform.ts'

const PLATFORM_ACCESS_SECONDS = 3_600

interface FeaturesOptions {
  platform: Platform
  access: Access
  files: Files
  post: IdentityPost
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

/** Builds the features and joins what each brings. The one place that knows them all. */
export function composeFeatures({ platform, access, files, post, refreshCookie }: FeaturesOptions): Features {
  const { config, db, clock, log, limiter } = platform
  const identity = createIdentity({
    ...access,
    db,
    clock,
    log,
    limiter,
    post,
    data: accountData({ db, files, parts: [], log }),
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
  return {
    routes: [...identity.routes],
    definitions: [],
    handlers: [],
    setupLink: identity.setupLink,
    engineTrouble: () => null,
    close: async () => {
      await access.keys.close()
    },
  }
}
