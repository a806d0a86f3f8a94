import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseEnv } from 'node:util'
import { isKnownEnding, supportedTypes } from '../audio/formats.ts'
import { isMailAddress } from '../platform/mail/mail.ts'
import { ConfigError, type Environment, type Fields, fields, wrong } from './fields.ts'
import { networkConfig } from './network.ts'
import { providerConfig, transcriptionConfig } from './providers.ts'
import { chosenSecret, keptSecret } from './secrets.ts'

export { ConfigError } from './fields.ts'

/** Mina's own folder: relative paths in the configuration start here, wherever the caller stands. */
export const root = fileURLToPath(new URL('../../..', import.meta.url))

/** The variables of this process and of the `.env` file, which they override. */
export const environment = (): Environment => {
  const file = resolve(root, '.env')
  return { ...(existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}), ...process.env }
}

function storageConfig(read: Fields, dataDir: string) {
  const kind = read.choice('STORAGE', ['local', 's3', 'supabase'], 'local')
  const need = (...names: string[]) => {
    const missing = names.find((name) => !read.optional(name))
    if (missing) throw new ConfigError(`STORAGE=${kind} needs ${missing}.`)
  }
  if (kind === 's3') need('S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY')
  if (kind === 'supabase') need('SUPABASE_URL', 'SUPABASE_SERVICE_ROLE_KEY')
  return {
    kind,
    localDir: resolve(dataDir, 'files'),
    s3: {
      endpoint: read.url('S3_ENDPOINT'),
      region: read.text('S3_REGION', 'us-east-1'),
      bucket: read.text('S3_BUCKET', ''),
      accessKeyId: read.text('S3_ACCESS_KEY_ID', ''),
      secretAccessKey: read.text('S3_SECRET_ACCESS_KEY', ''),
      forcePathStyle: read.flag('S3_FORCE_PATH_STYLE', read.optional('S3_ENDPOINT') !== undefined),
    },
    supabase: {
      url: read.url('SUPABASE_URL') ?? '',
      serviceRoleKey: read.text('SUPABASE_SERVICE_ROLE_KEY', ''),
      bucket: read.text('SUPABASE_STORAGE_BUCKET', 'saas-files'),
    },
    signedUrlTtlSeconds: read.integer(300, 1, 86_400, 'SIGNED_URL_TTL_SECONDS'),
  }
}

/** `mina@example.org`, or `Mina <mina@example.org>`. */
const isSender = (from: string) => isMailAddress(/^[^<>]*<([^<>]+)>$/.exec(from)?.[1] ?? from)

function mailConfig(read: Fields, dataDir: string) {
  const from = read.text('MAIL_FROM', 'Mina <mina@localhost>')
  if (!isSender(from)) throw wrong('MAIL_FROM', from, 'give an address such as Mina <mina@example.org>')
  const smtp = {
    port: read.integer(587, 1, 65_535, 'SMTP_PORT'),
    username: read.optional('SMTP_USERNAME'),
    password: read.optional('SMTP_PASSWORD'),
    useTls: read.flag('SMTP_USE_TLS', true),
  }
  const host = read.optional('SMTP_HOST')
  return { smtp: host ? { host, ...smtp } : null, from, outboxDir: resolve(dataDir, 'outbox') }
}

const MB = 1_048_576

const ending = (text: string) => text.toLowerCase().replace(/^\./, '')

const limitsConfig = (read: Fields) => ({
  jsonBytes: read.integer(MB, 1_024, 1_024 * MB, 'MAX_JSON_BYTES'),
  textBytes: read.integer(10 * MB, 1_024, 1_024 * MB, 'MAX_TEXT_BYTES'),
  uploadBytes: read.number(100, 0.001, 1_000_000, 'MAX_UPLOAD_MB', 'MAX_UPLOAD_SIZE_MB') * MB,
  mediaBytes: read.number(4_096, 0.001, 10_000_000, 'MAX_MEDIA_MB') * MB,
  slowBodySeconds: read.number(30, 0.1, 3_600, 'SLOW_BODY_SECONDS'),
  audioHours: read.number(12, 0.001, 1_000, 'MAX_AUDIO_HOURS'),
  /** Endings of what may be sent; empty allows all that Mina knows. */
  uploadTypes: read
    .listOf((entry) => (isKnownEnding(ending(entry)) ? null : `choose from ${supportedTypes}`), 'ALLOWED_UPLOAD_TYPES')
    .map(ending),
  rateLimits: read.choice('RATE_LIMITS', ['on', 'off'], 'on') === 'on',
  /** Requests a minute, by class of route. */
  rates: {
    read: read.integer(1_200, 1, 1e9, 'RATE_READ_PER_MINUTE'),
    write: read.integer(600, 1, 1e9, 'RATE_WRITE_PER_MINUTE'),
    login: read.integer(60, 1, 1e9, 'RATE_LOGIN_PER_MINUTE'),
    mail: read.integer(10, 1, 1e9, 'RATE_MAIL_PER_MINUTE'),
    token: read.integer(120, 1, 1e9, 'RATE_TOKEN_PER_MINUTE'),
    speech: read.integer(120, 1, 1e9, 'RATE_SPEECH_PER_MINUTE'),
  },
})

const PLANS = ['free', 'pro', 'enterprise'] as const

function plans(read: Fields, env: Environment) {
  const unknown = Object.keys(env).find((name) => {
    const [, plan] = /^PLAN_(\w+?)_(MINUTES|JOBS|STORAGE_GB)$/.exec(name) ?? []
    return plan && !PLANS.some((it) => it.toUpperCase() === plan)
  })
  if (unknown) throw new ConfigError(`${unknown} names no plan: there are ${PLANS.join(', ')}.`)
  const plan = (name: string) => {
    const quota = (what: string) => {
      const variable = `PLAN_${name.toUpperCase()}_${what}`
      return read.optional(variable) === undefined ? null : read.number(0, 0, 1e12, variable)
    }
    return { minutes: quota('MINUTES'), jobs: quota('JOBS'), storageGb: quota('STORAGE_GB') }
  }
  return { free: plan('free'), pro: plan('pro'), enterprise: plan('enterprise') }
}

function liveConfig(read: Fields) {
  return {
    orphanSeconds: read.integer(180, 1, 86_400, 'LIVE_ORPHAN_SECONDS'),
    resumeDays: read.number(14, 0.01, 365, 'LIVE_RESUME_DAYS'),
    idleSeconds: read.integer(900, 1, 86_400, 'LIVE_IDLE_SECONDS'),
    sessionsPerUser: read.integer(5, 1, 10_000, 'LIVE_SESSIONS_PER_USER'),
    streams: read.optional('LIVE_STREAMS') ? read.integer(20, 0, 10_000, 'LIVE_STREAMS') : null,
  }
}

function auth0Config(read: Fields) {
  const domain = read.optional('AUTH0_DOMAIN')
  const timeoutMs = read.number(30, 1, 300, 'AUTH0_REQUEST_TIMEOUT') * 1000
  const audience = read.optional('AUTH0_AUDIENCE')
  if (domain === undefined) return null
  const issuer = URL.parse(/^https?:\/\//.test(domain) ? domain : `https://${domain}`)
  if (!issuer || issuer.search || issuer.hash || issuer.username)
    throw wrong('AUTH0_DOMAIN', domain, 'give a domain such as mina.eu.auth0.com, or the whole URL of an issuer')
  if (!audience) throw new ConfigError('AUTH0_AUDIENCE is missing: AUTH0_DOMAIN is set and needs it.')
  return { issuer: issuer.href.replace(/\/*$/, '/'), audience, timeoutMs }
}

const NEEDED_IN_PRODUCTION = ['SECRET_KEY', 'JWT_SECRET_KEY', 'SOCKETIO_ORIGINS', 'PUBLIC_BASE_URL']

function requireForProduction(read: Fields) {
  const missing = NEEDED_IN_PRODUCTION.filter((name) => !read.optional(name))
  if (missing.length === 0) return
  const [names, verb] = [missing.join(', '), missing.length > 1 ? 'are' : 'is']
  throw new ConfigError(`${names} ${verb} missing: production (NODE_ENV) needs them. See .env.example.`)
}

const LEAST_API_KEY = 16

function staticApiKey(read: Fields) {
  const key = read.optional('API_KEY')
  if (key && key.length < LEAST_API_KEY)
    throw wrong('API_KEY', key, `it opens everything of one account: give at least ${LEAST_API_KEY} random characters`)
  return key
}

/** Everything the process is told from outside, checked and typed. Throws a ConfigError with one clear line. */
export function readConfig(env: Environment = environment()) {
  const read = fields(env, root)
  const production = read.optional('NODE_ENV') === 'production'
  if (production) requireForProduction(read)
  const dataDir = read.path('MINA_DATA_DIR', './data')
  const network = networkConfig(read, production)
  return {
    production,
    ...network,
    dataDir,
    logLevel: read.choice('LOG_LEVEL', ['debug', 'info', 'warn', 'error', 'silent'], 'info'),
    metricsToken: read.optional('METRICS_TOKEN'),
    databaseUrl: read.url('DATABASE_URL', ['postgres:', 'postgresql:']),
    redisUrl: read.url('REDIS_URL', ['redis:', 'rediss:']),
    secretKey: chosenSecret(read, 'SECRET_KEY', production) ?? keptSecret(dataDir, 'secret_key'),
    jwtSecretKey: chosenSecret(read, 'JWT_SECRET_KEY', production) ?? keptSecret(dataDir, 'jwt_secret_key'),
    staticApiKey: staticApiKey(read),
    auth0: auth0Config(read),
    registration: read.choice('REGISTRATION', ['open', 'invite', 'closed'], network.loopback ? 'open' : 'invite'),
    accessMinutes: read.number(20, 0.1, 1_440, 'ACCESS_EXPIRES_MIN'),
    refreshDays: read.number(14, 0.01, 90, 'REFRESH_EXPIRES_DAYS'),
    shareTokenBytes: read.integer(16, 16, 64, 'SHARE_TOKEN_BYTES'),
    cspReportOnly: read.flag('CSP_REPORT_ONLY', false),
    limits: limitsConfig(read),
    plans: plans(read, env),
    billingRatePerMinute: read.number(0.2, 0, 10_000, 'BILLING_RATE_PER_MINUTE'),
    storage: storageConfig(read, dataDir),
    mail: mailConfig(read, dataDir),
    live: liveConfig(read),
    models: {
      dir: read.path('MINA_MODELS_DIR', resolve(dataDir, 'models')),
      cacheDir: resolve(dataDir, 'cache'),
      mirror: read.url('MINA_MODEL_MIRROR'),
    },
    transcription: transcriptionConfig(read),
    providers: providerConfig(read),
  }
}

export type Config = ReturnType<typeof readConfig>
