import { createVerify, generateKeyPairSync } from 'node:crypto'
import { type Double, type Reply, type SeenRequest, startDouble } from './server.ts'

interface GoogleOptions {
  key?: string
  translate?: (text: string) => string
  /** Google's language of a text that comes without one. */
  detect?: (text: string) => string
}

const languages = new Set('en it de fr es pt pt-PT zh-CN zh-TW ja ko ru ar hi iw no tl sw'.split(' '))

/** The trap of both versions: unless told otherwise they take a text for HTML. */
const asHtml = (text: string) =>
  text
    .replace(/\s+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll("'", '&#39;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')

const failure2 = (status: number, reason?: string) => {
  const message = reason === 'invalid' ? 'Invalid Value' : status === 403 ? 'User Rate Limit Exceeded' : 'Backend Error'
  return {
    error: {
      code: status,
      message,
      errors: [{ message, domain: status === 403 ? 'usageLimits' : 'global', reason: reason ?? 'backendError' }],
    },
  }
}

const names: Record<number, string> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
}
const failure3 = (status: number, message = 'Something went wrong.') => ({
  error: { code: status, message, status: names[status] ?? 'UNKNOWN' },
})

/** Version 2: an API key in the query. */
export function startGoogle2Double({
  key,
  translate = (text) => text,
  detect = () => 'en',
}: GoogleOptions = {}): Promise<Double> {
  const answer = (request: SeenRequest, fault: string | undefined): Reply => {
    if (request.path !== '/language/translate/v2') return { status: 404, json: failure2(404, 'notFound') }
    if (key && request.query.get('key') !== key) {
      const message = 'API key not valid. Please pass a valid API key.'
      return {
        status: 400,
        json: {
          error: {
            code: 400,
            message,
            errors: [{ message, domain: 'global', reason: 'badRequest' }],
            status: 'INVALID_ARGUMENT',
            details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }],
          },
        },
      }
    }
    if (fault === 'rate-403') return { status: 403, json: failure2(403, 'userRateLimitExceeded') }
    if (fault === 'day-403') return { status: 403, json: failure2(403, 'dailyLimitExceeded') }
    if (Buffer.byteLength(request.body) > 102_400) return { status: 413, json: failure2(413, 'uploadTooLarge') }
    const asked = JSON.parse(request.body) as { q: string | string[]; target: string; source?: string; format?: string }
    const texts = [asked.q].flat()
    if (texts.length > 128) return { status: 400, json: failure2(400, 'tooManySegments') }
    if (!languages.has(asked.target)) return { status: 400, json: failure2(400, 'invalid') }
    const translations = texts.map((text) => ({
      translatedText: asked.format === 'text' ? translate(text) : asHtml(translate(text)),
      ...(asked.source ? {} : { detectedSourceLanguage: detect(text) }),
    }))
    return { json: { data: { translations } } }
  }
  return startDouble({ failure: (status) => failure2(status), answer })
}

export interface Google3Double extends Double {
  /** What the operator's GOOGLE_APPLICATION_CREDENTIALS file holds. */
  account: Record<string, string>
}

/** Version 3: a service account whose signed assertion buys an access token here too. */
export async function startGoogle3Double({
  translate = (text) => text,
  detect = () => 'en',
}: GoogleOptions = {}): Promise<Google3Double> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const project = 'mina-test'

  const token = (request: SeenRequest): Reply => {
    const [header = '', claims = '', signature = ''] = (new URLSearchParams(request.body).get('assertion') ?? '').split(
      '.',
    )
    const signed = createVerify('RSA-SHA256').update(`${header}.${claims}`).verify(publicKey, signature, 'base64url')
    if (!signed) return { status: 400, json: { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' } }
    return { json: { access_token: 'ya29.test', expires_in: 3599, token_type: 'Bearer' } }
  }

  const answer = (request: SeenRequest, fault: string | undefined): Reply => {
    if (request.path === '/token') return token(request)
    if (request.headers.authorization !== 'Bearer ya29.test') return { status: 401, json: failure3(401) }
    if (request.path !== `/v3/projects/${project}:translateText`) return { status: 404, json: failure3(404) }
    if (fault === 'forbidden')
      return { status: 403, json: failure3(403, 'Cloud Translation API has not been used in this project.') }
    const asked = JSON.parse(request.body) as {
      contents: string[]
      targetLanguageCode: string
      sourceLanguageCode?: string
      mimeType?: string
    }
    if (asked.contents.length > 1024)
      return { status: 400, json: failure3(400, 'The number of contents exceeds the limit.') }
    if ([...asked.contents.join('')].length > 30_720) return { status: 400, json: failure3(400, 'Text is too long.') }
    if (!languages.has(asked.targetLanguageCode))
      return { status: 400, json: failure3(400, 'Target language is invalid.') }
    const translations = asked.contents.map((text) => ({
      translatedText: asked.mimeType === 'text/plain' ? translate(text) : asHtml(translate(text)),
      ...(asked.sourceLanguageCode ? {} : { detectedLanguageCode: detect(text) }),
    }))
    return { json: { translations } }
  }

  const double = await startDouble({ failure: (status) => failure3(status), answer })
  const account = {
    type: 'service_account',
    project_id: project,
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    client_email: `mina@${project}.iam.gserviceaccount.com`,
    token_uri: `${double.url}/token`,
  }
  return { ...double, account }
}
