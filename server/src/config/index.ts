import { existsSync, readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseEnv } from 'node:util'
import { ConfigError, type Environment, type Fields, fields } from './fields.ts'
import { providerConfig } from './providers.ts'
import { keptSecret } from './secrets.ts'

export { ConfigError } from './fields.ts'

/** Mina's own folder: relative paths in the configuration start here, wherever the caller stands. */
export const root = fileURLToPath(new URL('../../..', import.meta.url))

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost'])

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

function mailConfig(read: Fields, dataDir: string) {
  const host = read.optional('SMTP_HOST')
  return {
    smtp: host
      ? {
          host,
          port: read.integer(587, 1, 65_535, 'SMTP_PORT'),
          username: read.optional('SMTP_USERNAME'),
          password: read.optional('SMTP_PASSWORD'),
          useTls: read.flag('SMTP_USE_TLS', true),
        }
      : null,
    from: read.text('MAIL_FROM', 'Mina <mina@localhost>'),
    outboxDir: resolve(dataDir, 'outbox'),
  }
}

const MB = 1_048_576

const limitsConfig = (read: Fields) => ({
  jsonBytes: read.integer(MB, 1_024, 1_024 * MB, 'MAX_JSON_BYTES'),
  textBytes: read.integer(10 * MB, 1_024, 1_024 * MB, 'MAX_TEXT_BYTES'),
  uploadBytes: read.number(100, 0.001, 1_000_000, 'MAX_UPLOAD_MB', 'MAX_UPLOAD_SIZE_MB') * MB,
  mediaBytes: read.number(4_096, 0.001, 10_000_000, 'MAX_MEDIA_MB') * MB,
  slowBodySeconds: read.number(30, 0.1, 3_600, 'SLOW_BODY_SECONDS'),
  audioHours: read.number(12, 0.001, 1_000, 'MAX_AUDIO_HOURS'),
  /** Content types by their short names; empty allows all that Mina knows. */
  uploadTypes: read.list('ALLOWED_UPLOAD_TYPES'),
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

function plans(read: Fields) {
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

function trustedProxies(read: Fields) {
  const list = read.list('TRUSTED_PROXIES')
  for (const entry of list) {
    const [address] = entry.split('/')
    if (!isIP(address ?? ''))
      throw new ConfigError(`TRUSTED_PROXIES=${entry} can not be used: give addresses or CIDRs, separated by commas.`)
  }
  return list
}

/** Everything the process is told from outside, checked and typed. Throws a ConfigError with one clear line. */
export function readConfig(env: Environment = environment()) {
  const read = fields(env, root)
  const production = read.optional('NODE_ENV') === 'production'
  if (production) {
    for (const name of ['SECRET_KEY', 'JWT_SECRET_KEY', 'SOCKETIO_ORIGINS', 'PUBLIC_BASE_URL'])
      if (!read.optional(name)) throw new ConfigError(`${name} is missing: production needs it. See .env.example.`)
    for (const name of ['SECRET_KEY', 'JWT_SECRET_KEY'])
      if (read.optional(name)!.length < 32)
        throw new ConfigError(`${name} is too short: give at least 32 random characters, e.g. openssl rand -base64 48.`)
  }
  const dataDir = read.path('MINA_DATA_DIR', './data')
  const port = read.integer(8080, 0, 65_535, 'PORT')
  const host = read.text('HOST', production ? '0.0.0.0' : '127.0.0.1')
  const tls =
    read.optional('TLS_CERT') || read.optional('TLS_KEY')
      ? { cert: read.path('TLS_CERT', ''), key: read.path('TLS_KEY', '') }
      : null
  const shownHost = host.includes(':') ? `[${host}]` : host === '0.0.0.0' ? '127.0.0.1' : host
  const publicBaseUrl = read.url('PUBLIC_BASE_URL') ?? `${tls ? 'https' : 'http'}://${shownHost}:${port}`
  const socketOrigins = read.list('SOCKETIO_ORIGINS')
  if (production && socketOrigins.includes('*'))
    throw new ConfigError('SOCKETIO_ORIGINS=* can not be used in production: list the origins of your web app.')
  const corsOrigins = read.list('CORS_ORIGINS', 'ALLOWED_ORIGINS', 'CORS_ALLOW')
  if (production && corsOrigins.includes('*'))
    throw new ConfigError('CORS_ORIGINS=* can not be used in production: list the origins that may read answers.')
  const loopback = LOOPBACK.has(host)
  return {
    production,
    port,
    host,
    loopback,
    publicBaseUrl,
    /** Cookies are Secure and bear the `__Host-` prefix exactly when the public address is https. */
    secure: publicBaseUrl.startsWith('https:'),
    tls,
    dataDir,
    logLevel: read.choice('LOG_LEVEL', ['debug', 'info', 'warn', 'error', 'silent'], 'info'),
    metricsToken: read.optional('METRICS_TOKEN'),
    databaseUrl: read.url('DATABASE_URL', ['postgres:', 'postgresql:']),
    redisUrl: read.url('REDIS_URL', ['redis:', 'rediss:']),
    secretKey: read.optional('SECRET_KEY') ?? keptSecret(dataDir, 'secret_key'),
    jwtSecretKey: read.optional('JWT_SECRET_KEY') ?? keptSecret(dataDir, 'jwt_secret_key'),
    staticApiKey: read.optional('API_KEY'),
    auth0: read.optional('AUTH0_DOMAIN')
      ? {
          issuer: issuerOf(read.optional('AUTH0_DOMAIN')!),
          audience: read.optional('AUTH0_AUDIENCE') ?? missing('AUTH0_AUDIENCE', 'AUTH0_DOMAIN'),
          timeoutMs: read.number(30, 1, 300, 'AUTH0_REQUEST_TIMEOUT') * 1000,
        }
      : null,
    registration: read.choice('REGISTRATION', ['open', 'invite', 'closed'], loopback ? 'open' : 'invite'),
    accessMinutes: read.number(20, 0.1, 1_440, 'ACCESS_EXPIRES_MIN'),
    refreshDays: read.number(14, 0.01, 365, 'REFRESH_EXPIRES_DAYS'),
    cookieSameSite: read.choice('COOKIE_SAMESITE', ['Lax', 'Strict', 'None'], 'Lax'),
    shareTokenBytes: read.integer(16, 16, 64, 'SHARE_TOKEN_BYTES'),
    corsOrigins,
    socketOrigins,
    cspReportOnly: read.flag('CSP_REPORT_ONLY', false),
    trustedProxies: trustedProxies(read),
    limits: limitsConfig(read),
    plans: plans(read),
    billingRatePerMinute: read.number(0.2, 0, 10_000, 'BILLING_RATE_PER_MINUTE'),
    storage: storageConfig(read, dataDir),
    mail: mailConfig(read, dataDir),
    live: liveConfig(read),
    models: {
      dir: read.path('MINA_MODELS_DIR', resolve(dataDir, 'models')),
      cacheDir: resolve(dataDir, 'cache'),
      mirror: read.url('MINA_MODEL_MIRROR'),
    },
    transcription: {
      provider: read.choice('TRANSCRIPTION_PROVIDER', ['local', 'deepgram', 'openai', 'assemblyai'], 'local'),
      fallback: read.list('TRANSCRIPTION_FALLBACK'),
    },
    providers: providerConfig(read),
    outboundAllow: read.list('OUTBOUND_ALLOW'),
    mediaAllow: read.list('MEDIA_ALLOW'),
  }
}

export type Config = ReturnType<typeof readConfig>

const issuerOf = (domain: string) => {
  const url = /^https?:\/\//.test(domain) ? domain : `https://${domain}`
  return url.endsWith('/') ? url : `${url}/`
}

const missing = (name: string, because: string): never => {
  throw new ConfigError(`${name} is missing: ${because} is set and needs it.`)
}
