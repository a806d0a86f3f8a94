import { statfs } from 'node:fs/promises'
import { sql } from 'drizzle-orm'
import { createAdmin, type Reopeners } from '../features/admin/index.ts'
import type { Files } from '../platform/files/port.ts'
import { queueInspection } from '../platform/queue/inspection.ts'
import type { Queue } from '../platform/queue/queue.ts'
import type { Translators } from '../translation/registry.ts'
import { version } from '../version.ts'
import type { Access } from './access.ts'
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
  return createAdmin({
    ...{ queue, inspection, reopen, usedBytes, version, audit: access.audit },
    health: {
      publicBaseUrl: config.publicBaseUrl,
      production: config.production,
      storageKind: config.storage.kind,
      mailHost: config.mail.smtp?.host ?? null,
      outboxDir: config.mail.outboxDir,
      provider: config.transcription.provider,
      model: config.providers.llm?.model ?? null,
      redis: config.redisUrl !== undefined,
    },
    probes: {
      database: async () => {
        const { rows } = await db.execute<{ server_version: string }>(sql`show server_version`)
        return rows[0]?.server_version ?? 'of unknown version'
      },
      storage: () => files.check(),
      freeBytes: async () => {
        if (files.kind !== 'local') return null
        const { bavail, bsize } = await statfs(config.dataDir)
        return bavail * bsize
      },
      recognisers: () => speech.recognisers.all.map((it) => ({ name: it.name, missing: it.unavailable() })),
      translators: () => Object.values(translators.all).map((it) => ({ name: it.name, missing: it.unavailable() })),
      backlog: inspection.backlog,
    },
  })
}
