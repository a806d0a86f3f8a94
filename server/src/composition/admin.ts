import { sql } from 'drizzle-orm'
import { createAdmin, type Reopeners } from '../features/admin/index.ts'
import type { Files } from '../platform/files/port.ts'
import { queueInspection } from '../platform/queue/inspection.ts'
import type { Queue } from '../platform/queue/queue.ts'
import type { Translators } from '../translation/registry.ts'
import { version } from '../version.ts'
import type { Access } from './access.ts'
import { healthOf, versionOf } from './health.ts'
import type { Platform } from './platform.ts'
import type { Speech } from './speech.ts'

interface AdminCompositionOptions {
  platform: Platform
  access: Access
  files: Files
  queue: Queue
  speech: Speech
  translators: Translators
  reopen: Reopeners
  usedBytes: () => Promise<number>
}

export function composeAdmin(options: AdminCompositionOptions) {
  const { platform, access, files, queue, speech, translators, reopen, usedBytes } = options
  const { config, db } = platform
  const inspection = queueInspection(db)
  const health = healthOf({
    ...{ config, speech, translators },
    database: async () => versionOf((await db.execute<{ server_version: string }>(sql`show server_version`)).rows),
    files: async () => files,
  })
  return createAdmin({
    ...{ queue, inspection, reopen, usedBytes, version, audit: access.audit },
    health: health.settings,
    probes: { ...health.probes, backlog: inspection.backlog },
  })
}
