import { mkdir, statfs } from 'node:fs/promises'
import type { Config } from '../config/index.ts'
import type { HealthProbes, HealthSettings } from '../features/admin/index.ts'
import type { Files } from '../platform/files/port.ts'
import type { Translators } from '../translation/registry.ts'
import type { Speech } from './speech.ts'

interface Looked {
  config: Config
  database: HealthProbes['database']
  files: () => Promise<Files>
  speech: Speech
  translators: Translators
}

const engineOf = (it: { name: string; unavailable(): string | null }) => ({ name: it.name, missing: it.unavailable() })

/** What a running server and the command line both look at. */
export const healthOf = ({ config, database, files, speech, translators }: Looked) => ({
  settings: {
    publicBaseUrl: config.publicBaseUrl,
    production: config.production,
    storageKind: config.storage.kind,
    mailHost: config.mail.smtp?.host ?? null,
    outboxDir: config.mail.outboxDir,
    provider: config.transcription.provider,
    model: config.providers.llm?.model ?? null,
    redis: config.redisUrl !== undefined,
  } satisfies HealthSettings,
  probes: {
    database,
    storage: async () => (await files()).check(),
    freeBytes: async () => {
      if (config.storage.kind !== 'local') return null
      await mkdir(config.dataDir, { recursive: true, mode: 0o700 })
      const { bavail, bsize } = await statfs(config.dataDir)
      return bavail * bsize
    },
    recognisers: () => speech.recognisers.all.map(engineOf),
    translators: () => Object.values(translators.all).map(engineOf),
  } satisfies HealthProbes,
})

export const versionOf = (rows: readonly { server_version: string }[]) =>
  rows[0]?.server_version ?? 'of unknown version'
