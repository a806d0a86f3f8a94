import { readConfig } from '../config/index.ts'
import type { AccountDeps } from '../doors/cli/accounts.ts'
import type { ServerDeps } from '../doors/cli/servers.ts'
import type { TranscribeDeps } from '../doors/cli/transcribe.ts'
import { type ExportedConversation, textRenderers } from '../features/documents/index.ts'
import { openDatabase } from '../platform/database/connect.ts'
import { migrate } from '../platform/database/migrate.ts'
import { silentLog } from '../platform/log.ts'
import type { Recogniser, Transcript } from '../speech/port.ts'
import { version } from '../version.ts'
import { accountTools } from './account-tools.ts'
import { examine } from './doctor.ts'
import { migrationsDir } from './platform.ts'
import { run } from './run.ts'
import { composeSpeech, type Speech } from './speech.ts'

const asConversation = (transcript: Transcript): ExportedConversation => ({
  title: '',
  created_at: new Date(),
  duration_ms: transcript.duration_ms,
  language: transcript.language,
  speakers: [...new Set(transcript.utterances.flatMap((it) => it.speaker ?? []))],
  segments: transcript.utterances,
  highlights: [],
  tasks: [],
})

const plainText = ({ utterances }: Transcript) =>
  utterances.map((it) => (it.speaker ? `${it.speaker}: ${it.text}\n` : `${it.text}\n`)).join('')

const json = ({ raw, ...transcript }: Transcript) => `${JSON.stringify(transcript, null, 2)}\n`

const render: TranscribeDeps['render'] = async (format, transcript) => {
  if (format === 'txt') return plainText(transcript)
  if (format === 'json') return json(transcript)
  return String(await textRenderers[format].render(asConversation(transcript), {}))
}

/** What the commands work with. Nothing is opened before a command needs it: most need neither server nor database. */
export function commandTools(): Omit<ServerDeps & AccountDeps & TranscribeDeps, keyof TranscribeTerminal> & {
  version: string
  local: () => Speech['local']
  modelsDir: string
  modelMirror: string | undefined
} {
  const config = readConfig()
  let speech: Speech | null = null
  const speechOnce = () => {
    speech ??= composeSpeech({ config, log: silentLog })
    return speech
  }
  return {
    version,
    render,
    maxSeconds: config.limits.audioHours * 3_600,
    modelsDir: config.models.dir,
    modelMirror: config.models.mirror,
    local: () => speechOnce().local,
    recogniser(name): Recogniser {
      const { recognisers } = speechOnce()
      const chosen = name ? recognisers.pick({ provider: name }) : recognisers.pick({})
      return { ...chosen, name: chosen.name, capabilities: chosen.capabilities, close: () => recognisers.close() }
    },
    run: (roles) => run(config, roles),
    async migrateDatabase() {
      const { databaseUrl, dataDir } = config
      const database = await openDatabase({ ...(databaseUrl && { url: databaseUrl }), dataDir, log: silentLog })
      try {
        return (await migrate(database.pool, migrationsDir)).applied
      } finally {
        await database.close()
      }
    },
    examine: () => examine(config),
    tools: () => accountTools(config),
  }
}

type TranscribeTerminal = Pick<TranscribeDeps, 'stdin' | 'stdout' | 'stderr' | 'exit' | 'signal'>
