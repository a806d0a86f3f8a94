import { readFileSync } from 'node:fs'
import { providerFailure, TranslationError, timedOut, unreachable } from '../errors.ts'

export interface ServiceAccount {
  unavailable(): string | null
  project(): string
  token(signal: AbortSignal): Promise<string>
}

interface AccountFile {
  client_email: string
  private_key: string
  project_id: string
  token_uri?: string
}

const label = 'Google Translate'
const variable = 'GOOGLE_APPLICATION_CREDENTIALS'

const readAccount = (file: string): AccountFile | null => {
  try {
    const content = JSON.parse(readFileSync(file, 'utf8')) as Partial<AccountFile>
    return content.client_email && content.private_key && content.project_id ? (content as AccountFile) : null
  } catch {
    return null
  }
}

async function clientOf({ client_email, private_key, token_uri }: AccountFile, timeout: number) {
  const { JWT } = await import('google-auth-library')
  const scopes = ['https://www.googleapis.com/auth/cloud-translation']
  const jwt = new JWT({ email: client_email, key: private_key, scopes })
  // The library always asks Google's own address, whatever the file says; organisations have others.
  const transport = jwt.transporter.request.bind(jwt.transporter)
  jwt.transporter.request = (options = {}) =>
    transport({ ...options, ...(token_uri && { url: token_uri }), timeout, retry: false })
  return jwt
}

/** A service account's access tokens, made and kept by Google's library. */
export function serviceAccount(file: string, timeout_ms: number): ServiceAccount {
  const account = readAccount(file)
  if (!account) {
    const remedy = `Google Translate is not set up: ${variable} does not name a readable service account file.`
    const unavailable = async () => {
      throw new TranslationError('google', 'unavailable', remedy)
    }
    return { unavailable: () => remedy, project: () => '', token: unavailable }
  }
  let client: ReturnType<typeof clientOf> | undefined

  return {
    unavailable: () => null,
    project: () => encodeURIComponent(account.project_id),
    async token(signal) {
      try {
        client ??= clientOf(account, timeout_ms)
        const { token } = await (await client).getAccessToken()
        if (token) return token
      } catch (error) {
        signal.throwIfAborted()
        throw tokenFailure(error)
      }
      throw unreachable('google', label)
    },
  }
}

function tokenFailure(error: unknown) {
  const response = (error as { response?: { status?: number; headers?: Headers } }).response
  if (!response?.status) {
    const late = (error as { code?: unknown; name?: unknown } | null)?.name === 'TimeoutError'
    return late ? timedOut('google', label, error) : unreachable('google', label, error)
  }
  // A refused account is answered with 400 invalid_grant.
  const status = response.status === 400 ? 401 : response.status
  return providerFailure('google', {
    label,
    keyVariable: variable,
    status,
    headers: response.headers ?? new Headers(),
    cause: error,
  })
}
