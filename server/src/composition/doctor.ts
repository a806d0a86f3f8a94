import { spawnSync } from 'node:child_process'
import { type Confinement, confinement } from '../audio/sandbox.ts'
import type { Config } from '../config/index.ts'
import type { Finding } from '../doors/cli/servers.ts'
import { type Check, examineHealth } from '../features/admin/index.ts'
import { type Database, openDatabase } from '../platform/database/connect.ts'
import { silentLog } from '../platform/log.ts'
import { createTranslators } from '../translation/registry.ts'
import { composeFiles } from './files.ts'
import { healthOf, versionOf } from './health.ts'
import { composeSpeech } from './speech.ts'

const program = (name: string, flag: string) => {
  const { status, stdout } = spawnSync(name, [flag], { encoding: 'utf8', timeout: 5_000 })
  return status === 0 ? (stdout.split('\n')[0] ?? '').slice(0, 60) : null
}

const findingOf = ({ name, state, detail }: Check): Finding => ({
  name,
  detail,
  state: state === 'degraded' || state === 'down' ? 'problem' : state,
})

/** Opened before it is looked at, since a first start of the embedded one takes its time. */
async function databaseOf(config: Config): Promise<{ version: () => Promise<string>; close: () => Promise<void> }> {
  let opened: Database
  try {
    opened = await openDatabase({
      ...(config.databaseUrl && { url: config.databaseUrl }),
      dataDir: config.dataDir,
      log: silentLog,
      patienceMs: 5_000,
    })
  } catch (error) {
    return { version: () => Promise.reject(error), close: async () => {} }
  }
  return {
    async version() {
      const { rows } = await opened.pool.query<{ server_version: string }>('show server_version')
      return versionOf(rows)
    },
    close: () => opened.close(),
  }
}

const told = (name: string, detail: string | null | undefined, remedy: string): Finding =>
  detail ? { name, state: 'ok', detail } : { name, state: 'off', detail: remedy }

/** Doors and habits that nothing has to be asked for. */
const settingsOf = ({ auth0, staticApiKey, providers, metricsToken, limits, registration }: Config): Finding[] => [
  { name: 'registration', state: 'ok', detail: registration },
  told('identity', auth0?.issuer, 'set AUTH0_DOMAIN and AUTH0_AUDIENCE to take tokens of an identity provider'),
  told('static key', staticApiKey && 'opens the built-in account', 'set API_KEY for scripts that share one key'),
  told(
    'billing sheets',
    providers.google.credentialsFile && 'a Google Sheet for each user_code',
    'set GOOGLE_APPLICATION_CREDENTIALS to have /utilities/log-usage fill Google Sheets',
  ),
  told('metrics', metricsToken && 'for bearers of the token', 'for this machine only; set METRICS_TOKEN for others'),
  limits.rateLimits
    ? { name: 'rate limits', state: 'ok', detail: 'on' }
    : { name: 'rate limits', state: 'problem', detail: 'off: nobody is slowed down; take RATE_LIMITS=off away' },
]

const confinements: Record<Confinement, Omit<Finding, 'name'>> = {
  bubblewrap: { state: 'ok', detail: 'ffmpeg is shut in by bubblewrap' },
  unshare: { state: 'ok', detail: 'ffmpeg is shut in by unshare' },
  limits: {
    state: 'problem',
    detail: 'ffmpeg is limited but not shut in: install bubblewrap, or allow user namespaces',
  },
}

/** Looks at everything that this configuration names, without a running server. */
export async function* examine(config: Config): AsyncGenerator<Finding> {
  const database = await databaseOf(config)
  const speech = composeSpeech({ config, log: silentLog })
  const { settings, probes } = healthOf({
    ...{ config, speech },
    database: database.version,
    files: () => composeFiles(config, config.dataDir),
    translators: createTranslators(config.providers),
  })
  try {
    yield* (await examineHealth(settings, probes)).map(findingOf)
  } finally {
    await speech.recognisers.close()
    await database.close()
  }
  yield* settingsOf(config)
  const ffmpeg = program('ffmpeg', '-version')
  yield ffmpeg
    ? { name: 'ffmpeg', state: 'ok', detail: ffmpeg }
    : { name: 'ffmpeg', state: 'problem', detail: 'missing: install it, for example with apt-get install ffmpeg' }
  yield { name: 'sandbox', ...confinements[await confinement()] }
  const ytDlp = program('yt-dlp', '--version')
  yield ytDlp
    ? { name: 'yt-dlp', state: 'ok', detail: ytDlp }
    : { name: 'yt-dlp', state: 'off', detail: 'install it to transcribe links to video pages' }
}
