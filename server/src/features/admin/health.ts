import { DatabaseStartError } from '../../platform/database/errors.ts'

export interface Check {
  name: string
  state: 'ok' | 'off' | 'degraded' | 'down'
  detail: string
}

/** What of the configuration is worth telling; nothing of it is secret. */
export interface HealthSettings {
  publicBaseUrl: string
  production: boolean
  storageKind: string
  mailHost: string | null
  outboxDir: string
  provider: string
  /** The model endpoint's model, where one is set up. */
  model: string | null
  redis: boolean
}

interface Engine {
  name: string
  /** Why it can not be used, naming the remedy. */
  missing: string | null
}

/** Looks at the real things. Each may throw, hang or be slow: that is what is being asked. */
export interface HealthProbes {
  /** The server's version. */
  database: () => Promise<string>
  storage: () => Promise<void>
  freeBytes: () => Promise<number | null>
  recognisers: () => readonly Engine[]
  translators: () => readonly Engine[]
  /** Work that is due and waits, its oldest in seconds, and what is at work. Left out where no queue runs. */
  backlog?: () => Promise<{ waiting: number; oldestSeconds: number; active: number }>
}

const GB = 1e9
const LITTLE_SPACE = 2 * GB
const LATE_SECONDS = 120
const PATIENCE_MS = 5_000

const within = async <T>(work: () => Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error('no answer')), PATIENCE_MS)
  })
  try {
    return await Promise.race([work(), late])
  } finally {
    clearTimeout(timer)
  }
}

const attempt = async (name: string, remedy: string, look: () => Promise<Omit<Check, 'name'>>): Promise<Check> => {
  try {
    return { name, ...(await within(look)) }
  } catch (error) {
    // It names what to do about this very trouble.
    return { name, state: 'down', detail: error instanceof DatabaseStartError ? error.message : remedy }
  }
}

const engineChecks = (what: string, engines: readonly Engine[], chosen?: string): Check[] =>
  engines.map(({ name, missing }) => ({
    name: `${what}: ${name}`,
    state: missing === null ? 'ok' : name === chosen ? 'down' : 'off',
    detail: missing ?? (name === chosen ? 'ready, used unless another is asked for' : 'ready'),
  }))

/** How this installation does: what is configured, what is missing, and what to do. For the web and the command line. */
export async function examineHealth(settings: HealthSettings, probes: HealthProbes): Promise<Check[]> {
  const database = attempt('database', 'does not answer: look at its log, and at DATABASE_URL', async () => ({
    state: 'ok',
    detail: `PostgreSQL ${await probes.database()}`,
  }))
  const storage = attempt(
    'storage',
    `${settings.storageKind} takes no files: check its settings, rights and room`,
    async () => {
      await probes.storage()
      return { state: 'ok', detail: settings.storageKind }
    },
  )
  const space = attempt('space', 'can not be told', async () => {
    const free = await probes.freeBytes()
    if (free === null) return { state: 'off', detail: 'the storage does not tell' }
    const detail = `${(free / GB).toFixed(1)} GB free`
    return free < LITTLE_SPACE ? { state: 'degraded', detail: `${detail}: make room` } : { state: 'ok', detail }
  })
  const { backlog } = probes
  const workers =
    backlog &&
    attempt('workers', 'the queue can not be read', async () => {
      const { waiting, oldestSeconds, active } = await backlog()
      const detail = `${active} at work, ${waiting} waiting`
      return oldestSeconds > LATE_SECONDS
        ? { state: 'degraded', detail: `${detail}, for up to ${Math.round(oldestSeconds / 60)} minutes: add workers` }
        : { state: 'ok', detail }
    })
  return [
    {
      name: 'address',
      state: settings.production && !settings.publicBaseUrl.startsWith('https:') ? 'degraded' : 'ok',
      detail: settings.publicBaseUrl,
    },
    await database,
    await storage,
    await space,
    ...(workers ? [await workers] : []),
    ...engineChecks('speech', probes.recognisers(), settings.provider),
    ...engineChecks('translation', probes.translators()),
    settings.model
      ? { name: 'model', state: 'ok', detail: `${settings.model} for summaries and answers` }
      : { name: 'model', state: 'off', detail: 'set LLM_BASE_URL or OPENAI_API_KEY to have summaries written' },
    settings.mailHost
      ? { name: 'mail', state: 'ok', detail: `through ${settings.mailHost}` }
      : { name: 'mail', state: 'off', detail: `written to ${settings.outboxDir}; set SMTP_HOST to send them` },
    settings.redis
      ? { name: 'redis', state: 'ok', detail: 'configured' }
      : { name: 'redis', state: 'off', detail: 'not needed on one machine' },
  ]
}
