import { spawnSync } from 'node:child_process'
import { mkdir, statfs } from 'node:fs/promises'
import type { Config } from '../config/index.ts'
import type { Finding } from '../doors/cli/servers.ts'
import { openDatabase } from '../platform/database/connect.ts'
import { silentLog } from '../platform/log.ts'
import { composeFiles } from './files.ts'
import { composeSpeech } from './speech.ts'

const GB = 1_073_741_824
const LITTLE_SPACE_GB = 2

const found = (name: string, detail: string): Finding => ({ name, state: 'ok', detail })
const off = (name: string, detail: string): Finding => ({ name, state: 'off', detail })
const problem = (name: string, detail: string): Finding => ({ name, state: 'problem', detail })

const program = (name: string, flag: string) => {
  const { status, stdout } = spawnSync(name, [flag], { encoding: 'utf8', timeout: 5_000 })
  return status === 0 ? (stdout.split('\n')[0] ?? '').slice(0, 60) : null
}

async function disk(folder: string): Promise<Finding> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const { bavail, bsize } = await statfs(folder)
  const free = (bavail * bsize) / GB
  const detail = `${folder}, ${free.toFixed(1)} GB free`
  return free < LITTLE_SPACE_GB
    ? problem('data folder', `${detail}: make room, or set MINA_DATA_DIR`)
    : found('data folder', detail)
}

async function database(config: Config): Promise<Finding> {
  const kind = config.databaseUrl ? 'the PostgreSQL of DATABASE_URL' : 'embedded PostgreSQL'
  try {
    const opened = await openDatabase({
      ...(config.databaseUrl && { url: config.databaseUrl }),
      dataDir: config.dataDir,
      log: silentLog,
      patienceMs: 5_000,
    })
    const { rows } = await opened.pool.query<{ server_version: string }>('show server_version')
    await opened.close()
    return found('database', `${kind}, version ${rows[0]?.server_version ?? 'unknown'}`)
  } catch (error) {
    return problem('database', `${kind}: ${(error as Error).message}`)
  }
}

async function storage(config: Config): Promise<Finding> {
  try {
    const files = await composeFiles(config, config.dataDir)
    await files.check()
    return found('storage', config.storage.kind)
  } catch {
    return problem('storage', `${config.storage.kind} does not take files: check its settings and its rights`)
  }
}

function* translation({ providers }: Config): Iterable<Finding> {
  const ways: [string, boolean, string][] = [
    ['openai', providers.openai.apiKey !== undefined, 'OPENAI_API_KEY'],
    [
      'google',
      Boolean(providers.google.apiKey ?? providers.google.credentialsFile),
      'GOOGLE_API_KEY or GOOGLE_APPLICATION_CREDENTIALS',
    ],
    ['deepseek', providers.deepseek.apiKey !== undefined, 'DEEPSEEK_API_KEY'],
    ['libretranslate', providers.libretranslate.baseUrl !== undefined, 'LIBRETRANSLATE_URL'],
    ['model endpoint', providers.llmIsLocal, 'LLM_BASE_URL'],
  ]
  for (const [name, ready, variable] of ways)
    yield ready ? found(`translate: ${name}`, 'configured') : off(`translate: ${name}`, `set ${variable} to use it`)
}

/** Looks at everything that this configuration names, without a running server. */
export async function* examine(config: Config): AsyncGenerator<Finding> {
  yield found('address', `${config.publicBaseUrl}, registration ${config.registration}`)
  yield await disk(config.dataDir)
  yield await database(config)
  yield await storage(config)
  const ffmpeg = program('ffmpeg', '-version')
  yield ffmpeg
    ? found('ffmpeg', ffmpeg)
    : problem('ffmpeg', 'missing: install it, for example with apt-get install ffmpeg')
  const speech = composeSpeech({ config, log: silentLog })
  for (const engine of speech.recognisers.all) {
    const missing = engine.unavailable()
    const chosen = engine.name === config.transcription.provider ? ', used unless another is asked for' : ''
    yield missing === null
      ? found(`speech: ${engine.name}`, `ready${chosen}`)
      : (chosen ? problem : off)(`speech: ${engine.name}`, missing)
  }
  await speech.recognisers.close()
  yield* translation(config)
  yield config.providers.llm
    ? found('model', `${config.providers.llm.model} for summaries and answers`)
    : off('model', 'summaries are extracted without one; set LLM_BASE_URL or OPENAI_API_KEY to have them written')
  yield config.mail.smtp
    ? found('mail', `through ${config.mail.smtp.host}`)
    : off('mail', `mails are written to ${config.mail.outboxDir}; set SMTP_HOST to send them`)
  yield config.redisUrl ? found('redis', 'configured') : off('redis', 'not needed on one machine')
  const ytDlp = program('yt-dlp', '--version')
  yield ytDlp ? found('yt-dlp', ytDlp) : off('yt-dlp', 'install it to transcribe links to video pages')
}
