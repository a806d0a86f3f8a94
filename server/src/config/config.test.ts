import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ConfigError, readConfig, root } from './index.ts'

let folder: string
let dataDir: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mina-config-'))
  dataDir = join(folder, 'data')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const read = (env: Record<string, string> = {}) => readConfig({ MINA_DATA_DIR: dataDir, ...env })

/** The line with which the start ends. */
const refusal = (env: Record<string, string>) => {
  try {
    read(env)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as Error).message
  }
  return 'not refused'
}

const random = 'q7Zs0lXvT4nB9cW2eK6yR1uM8pJ5dHgA3fLo'
const production = {
  NODE_ENV: 'production',
  SECRET_KEY: random,
  JWT_SECRET_KEY: `${random}x`,
  SOCKETIO_ORIGINS: 'https://mina.example.org',
  PUBLIC_BASE_URL: 'https://mina.example.org',
}

test('nothing needs to be set on one machine', () => {
  expect(read()).toMatchObject({
    ...{ port: 8080, host: '127.0.0.1', publicBaseUrl: 'http://127.0.0.1:8080', secure: false, registration: 'open' },
    ...{ databaseUrl: undefined, redisUrl: undefined, accessMinutes: 20, refreshDays: 14, shareTokenBytes: 16 },
    limits: { jsonBytes: 1_048_576, textBytes: 10_485_760, uploadBytes: 104_857_600, audioHours: 12 },
    transcription: { provider: 'local', fallback: [] },
    storage: { kind: 'local', signedUrlTtlSeconds: 300 },
  })
})

describe('a wrong value stops the start with one line: variable, value, remedy', () => {
  test.each([
    ['PORT', 'eighty', 'give a number from 0 to 65535'],
    ['HOST', 'http://x', 'without port or protocol'],
    ['PUBLIC_BASE_URL', 'mina.example.org', 'give a whole URL'],
    ['PUBLIC_BASE_URL', 'https://mina.example.org/app', 'such as https://mina.example.org'],
    ['REGISTRATION', 'anyone', 'open, invite, closed'],
    ['COOKIE_SECURE', 'true', 'set PUBLIC_BASE_URL to an https one'],
    ['COOKIE_SAMESITE', 'None', 'set PUBLIC_BASE_URL to one'],
    ['ACCESS_EXPIRES_MIN', '-1', 'give a number'],
    ['REFRESH_EXPIRES_DAYS', '365', 'from 0.01 to 90'],
    ['SHARE_TOKEN_BYTES', '8', 'from 16 to 64'],
    ['CORS_ORIGINS', 'mina.example.org', 'give origins such as'],
    ['SOCKETIO_ORIGINS', 'https://mina.example.org/app', 'give origins such as'],
    ['CSP_REPORT_ONLY', 'perhaps', 'give true or false'],
    ['TRUSTED_PROXIES', '10.0.0.0/40', 'give addresses or networks'],
    ['OUTBOUND_ALLOW', 'two words', 'give hosts'],
    ['MEDIA_ALLOW', 'http://n8n', 'give hosts'],
    ['MAX_JSON_BYTES', '1.5e3x', 'give a number'],
    ['MAX_TEXT_BYTES', '2048.5', 'give a whole number'],
    ['ALLOWED_UPLOAD_TYPES', 'exe', 'choose from mp3'],
    ['TRANSCRIPTION_PROVIDER', 'siri', 'choose one of local'],
    ['TRANSCRIPTION_FALLBACK', 'siri', 'choose from local'],
    ['DEEPGRAM_BASE_URL', 'ftp://deepgram', 'begins with http:// or https://'],
    ['STORAGE', 'tape', 'local, s3, supabase'],
    ['SIGNED_URL_TTL_SECONDS', '0', 'from 1 to 86400'],
    ['SMTP_PORT', 'smtp', 'give a number'],
    ['MAIL_FROM', 'Mina', 'give an address'],
    ['GOOGLE_APPLICATION_CREDENTIALS', '/nowhere/key.json', 'there is no such file'],
    ['GOOGLE_SHEETS_SHARE_WITH', 'anna', 'give mail addresses'],
    ['TLS_CERT', '/nowhere/cert.pem', 'there is no such file'],
    ['RATE_LIMITS', 'maybe', 'on, off'],
    ['LOG_LEVEL', 'loud', 'debug, info'],
    ['BILLING_RATE_PER_MINUTE', 'free', 'give a number'],
    ['PLAN_FREE_MINUTES', 'many', 'give a number'],
  ])('%s=%s', (name, value, remedy) => {
    const line = refusal({ [name]: value })
    expect(line.startsWith(`${name}=${value} can not be used: `)).toBe(true)
    expect(line).toContain(remedy)
    expect(line).not.toContain('\n')
  })

  test.each([
    [{ STORAGE: 's3' }, 'STORAGE=s3 needs S3_BUCKET'],
    [{ STORAGE: 'supabase' }, 'STORAGE=supabase needs SUPABASE_URL'],
    [{ AUTH0_DOMAIN: 'mina.eu.auth0.com' }, 'AUTH0_AUDIENCE is missing'],
    [{ TLS_CERT: join(root, 'package.json') }, 'TLS_KEY is missing'],
    [{ PLAN_GOLD_JOBS: '5' }, 'PLAN_GOLD_JOBS names no plan: there are free, pro, enterprise'],
    [{ PUBLIC_BASE_URL: 'https://mina.example.org', COOKIE_SECURE: 'false' }, 'always secure: leave it out'],
    [{ MAX_UPLOAD_SIZE_MB: 'big' }, 'MAX_UPLOAD_SIZE_MB=big'],
    [{ ALLOWED_ORIGINS: 'x' }, 'ALLOWED_ORIGINS=x'],
  ])('what belongs together: %j', (env, words) => {
    expect(refusal(env as unknown as Record<string, string>)).toContain(words)
  })

  test('secrets are masked, and passwords in addresses', () => {
    const hidden = 'hunter2-hunter2'
    for (const env of [
      { DATABASE_URL: `mysql://mina:${hidden}@db/mina` },
      { REDIS_URL: `http://:${hidden}@redis` },
      { ...production, SECRET_KEY: hidden },
      { ...production, JWT_SECRET_KEY: hidden },
      { API_KEY: 'hunter2' },
      { OPENAI_BASE_URL: `ftp://mina:${hidden}@openai` },
    ]) {
      const line = refusal(env as unknown as Record<string, string>)
      expect(line).toContain('can not be used')
      expect(line).not.toContain('hunter2')
    }
  })
})

describe('production', () => {
  test('starts with what it needs, and its cookies follow the public address', () => {
    expect(read(production)).toMatchObject({ host: '0.0.0.0', registration: 'invite', secure: true })
  })

  test.each(['SECRET_KEY', 'JWT_SECRET_KEY', 'SOCKETIO_ORIGINS', 'PUBLIC_BASE_URL'])('asks for %s', (name) => {
    expect(refusal({ ...production, [name]: '' })).toMatch(new RegExp(`^${name} is missing: production`))
  })

  test('takes no secret that is short, printed in examples or all of one letter', () => {
    for (const SECRET_KEY of ['short', 'change-me-change-me-change-me-change-me', 'a'.repeat(64)])
      expect(refusal({ ...production, SECRET_KEY })).toContain('openssl rand')
  })

  test.each(['SOCKETIO_ORIGINS', 'CORS_ORIGINS', 'ALLOWED_ORIGINS', 'CORS_ALLOW'])('takes no * in %s', (name) => {
    expect(refusal({ ...production, [name]: '*' })).toMatch(new RegExp(`^${name}=\\* can not be used: production`))
  })
})

describe('values mean what they say', () => {
  test('origins are compared as browsers send them', () => {
    expect(read({ CORS_ORIGINS: 'https://A.example.org:443/, http://b.example.org:81' }).corsOrigins).toEqual([
      'https://a.example.org',
      'http://b.example.org:81',
    ])
  })

  test('paths start at Mina’s folder, wherever the caller stands', () => {
    expect(read({ MINA_MODELS_DIR: 'models' }).models.dir).toBe(join(root, 'models'))
  })

  test('an issuer may be a domain or a URL', () => {
    const issuer = (AUTH0_DOMAIN: string) => read({ AUTH0_DOMAIN, AUTH0_AUDIENCE: 'mina' }).auth0?.issuer
    expect(issuer('mina.eu.auth0.com')).toBe('https://mina.eu.auth0.com/')
    expect(issuer('http://127.0.0.1:9000/realms/mina')).toBe('http://127.0.0.1:9000/realms/mina/')
  })

  test('types are taken with or without a dot, in any case', () => {
    expect(read({ ALLOWED_UPLOAD_TYPES: '.MP3, wav' }).limits.uploadTypes).toEqual(['mp3', 'wav'])
  })
})

describe('secrets of the installation', () => {
  test('are made once, for their owner alone', () => {
    const { secretKey, jwtSecretKey } = read()
    expect(secretKey.length).toBeGreaterThan(60)
    expect(jwtSecretKey).not.toBe(secretKey)
    expect(read()).toMatchObject({ secretKey, jwtSecretKey })
    const secrets = join(dataDir, 'secrets')
    expect(readdirSync(secrets).sort()).toEqual(['jwt_secret_key', 'secret_key'])
    for (const name of readdirSync(secrets)) expect(statSync(join(secrets, name)).mode & 0o777).toBe(0o600)
  })

  test('one that was cut short is never used', () => {
    const damaged = join(folder, 'damaged')
    mkdirSync(join(damaged, 'secrets'), { recursive: true })
    writeFileSync(join(damaged, 'secrets', 'secret_key'), '')
    expect(refusal({ MINA_DATA_DIR: damaged })).toMatch(/secret_key is damaged\. Put it back from a backup/)
  })

  test('a folder that can not be one is refused in words', () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    expect(refusal({ MINA_DATA_DIR: file })).toBe(
      `MINA_DATA_DIR=${file} can not be used: a file stands in its place. Give a folder of Mina's own.`,
    )
  })
})

test('docs/deployment.md lists exactly the variables that are read', () => {
  const asked = new Set<string>()
  const values: Record<string, string> = { MINA_DATA_DIR: dataDir }
  readConfig(
    new Proxy(values, {
      get: (target, name: string) => {
        asked.add(name)
        return target[name]
      },
    }),
  )
  const table = readFileSync(join(root, 'docs', 'deployment.md'), 'utf8').split('## Settings')[1] ?? ''
  const listed = table.matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)`/g)
  expect([...new Set([...listed].map(([, name]) => name!))].sort()).toEqual([...asked].sort())
})
