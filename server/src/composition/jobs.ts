import { createJobs } from '../features/jobs/index.ts'
import type { Usage } from '../features/usage/index.ts'
import type { Webhooks } from '../features/webhooks/index.ts'
import type { Files } from '../platform/files/port.ts'
import { createGuardedFetch } from '../platform/outbound/guarded.ts'
import { queueInspection } from '../platform/queue/inspection.ts'
import type { Queue } from '../platform/queue/queue.ts'
import { createLinkSigner } from '../platform/signing/links.ts'
import type { Translators } from '../translation/registry.ts'
import type { Access } from './access.ts'
import type { ExportPart } from './account-data.ts'
import type { Platform } from './platform.ts'
import type { composeRecordings } from './recordings.ts'
import type { Speech } from './speech.ts'

interface JobsOptions {
  platform: Platform
  access: Access
  files: Files
  queue: Queue
  speech: Speech
  translators: Translators
  usage: Usage
  webhooks: Webhooks
  events: ReturnType<typeof composeRecordings>['events']
}

/** Jobs with the engines, the storage and whoever wants to hear of them. Their links may go where MEDIA_ALLOW says. */
export function composeJobs(options: JobsOptions) {
  const { platform, access, files, queue, speech, translators, usage, webhooks, events } = options
  const { config, db, bus, clock, log, tempDir } = platform
  const guarded = createGuardedFetch({ allow: config.mediaAllow })
  const jobs = createJobs({
    ...{ db, bus, clock, log, files, queue, usage, translators, guarded, tempDir },
    recognisers: speech.recognisers,
    publish: webhooks.publish,
    announce: events.publish,
    inspection: queueInspection(db),
    planOf: async (userId) => (await access.people.active(userId))?.plan ?? null,
    limits: {
      uploadBytes: config.limits.uploadBytes,
      textBytes: config.limits.textBytes,
      audioSeconds: config.limits.audioHours * 3_600,
    },
    links: createLinkSigner({ secret: config.secretKey, clock }),
    publicBaseUrl: config.publicBaseUrl,
    linkSeconds: config.storage.signedUrlTtlSeconds,
  })

  const exported: ExportPart = async function* (userId) {
    const all = await jobs.all(userId)
    yield { path: 'jobs.json', content: JSON.stringify(all, null, 2) }
    for (const { id } of all)
      for (const { storage_ref } of await jobs.artifactsOf([id])) {
        const file = await files.open(storage_ref)
        if (file) yield { path: `jobs/${id}/${storage_ref.split('/').at(-1)}`, content: file.body }
      }
  }

  return {
    ...jobs,
    exported,
    async close() {
      jobs.close()
      await guarded.close()
    },
  }
}
