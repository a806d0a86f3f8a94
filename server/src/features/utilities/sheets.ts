import { readFileSync } from 'node:fs'

export interface SheetSettings {
  /** GOOGLE_APPLICATION_CREDENTIALS */
  credentialsFile?: string | undefined
  sheetsBaseUrl?: string | undefined
  driveBaseUrl?: string | undefined
  /** Mail addresses that may edit the sheets: else only the service account sees them. */
  shareWith: readonly string[]
  timeoutMs?: number
}

/** Google's refusal or silence. `lasting` where coming again can not help until somebody changes something. */
export class SheetError extends Error {
  readonly status: number | null
  readonly lasting: boolean
  constructor(message: string, status: number | null, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SheetError'
    this.status = status
    this.lasting = status !== null && status >= 400 && status < 500 && ![404, 408, 429].includes(status)
  }
}

export interface Sheets {
  /** The sheet of this name that we made before, else a new one with the header, shared. */
  ensure(title: string, header: readonly string[], signal: AbortSignal): Promise<string>
  append(id: string, row: readonly (string | number)[], signal: AbortSignal): Promise<void>
}

interface AccountFile {
  client_email?: string
  private_key?: string
  token_uri?: string
}

const scopes = ['https://www.googleapis.com/auth/spreadsheets', 'https://www.googleapis.com/auth/drive.file']
const TIMEOUT_MS = 10_000
const SHEET = 'Sheet1'

const readAccount = (file: string): AccountFile | null => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as AccountFile
  } catch {
    return null
  }
}

/** Who signs in at Google; its library always asks Google's own address, whatever the file says. */
async function clientOf({ client_email, private_key, token_uri }: AccountFile, timeout: number) {
  const { JWT } = await import('google-auth-library')
  const jwt = new JWT({ email: client_email ?? '', key: private_key ?? '', scopes })
  const transport = jwt.transporter.request.bind(jwt.transporter)
  jwt.transporter.request = (options = {}) =>
    transport({ ...options, ...(token_uri && { url: token_uri }), timeout, retry: false })
  return jwt
}

function signIn(account: AccountFile, timeout: number) {
  let client: ReturnType<typeof clientOf> | undefined
  return async () => {
    try {
      client ??= clientOf(account, timeout)
      const { token } = await (await client).getAccessToken()
      if (token) return token
    } catch (error) {
      const status = (error as { response?: { status?: number } }).response?.status ?? null
      throw new SheetError('Google did not let the service account in.', status === 400 ? 401 : status, {
        cause: error,
      })
    }
    throw new SheetError('Google gave the service account no token.', null)
  }
}

/** Text of a formula is text: the values are entered raw, and a title is quoted in a search. */
const quoted = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`

/** Google Sheets and Drive by their own wire format; null where no account is set up. */
export function googleSheets(settings: SheetSettings): Sheets | null {
  const { credentialsFile, shareWith, timeoutMs = TIMEOUT_MS } = settings
  const account = credentialsFile ? readAccount(credentialsFile) : null
  if (!account?.client_email || !account.private_key) return null
  const token = signIn(account, timeoutMs)
  const sheets = settings.sheetsBaseUrl ?? 'https://sheets.googleapis.com'
  const drive = settings.driveBaseUrl ?? 'https://www.googleapis.com'

  async function ask<T>(url: string, signal: AbortSignal, body?: unknown): Promise<T> {
    const authorization = `Bearer ${await token()}`
    let answer: Response
    try {
      answer = await fetch(url, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      })
    } catch (error) {
      signal.throwIfAborted()
      throw new SheetError('Google could not be reached.', null, { cause: error })
    }
    if (!answer.ok) {
      await answer.body?.cancel()
      throw new SheetError(`Google answered ${answer.status}.`, answer.status)
    }
    return (await answer.json()) as T
  }

  /** The scope shows us only files of our own making, so a person's sheet of the same name is never taken. */
  async function known(title: string, signal: AbortSignal): Promise<string | null> {
    const query = new URLSearchParams({
      q: `name = ${quoted(title)} and mimeType = 'application/vnd.google-apps.spreadsheet' and trashed = false`,
      fields: 'files(id)',
      pageSize: '1',
    })
    const { files } = await ask<{ files: { id: string }[] }>(`${drive}/drive/v3/files?${query}`, signal)
    return files[0]?.id ?? null
  }

  async function create(title: string, header: readonly string[], signal: AbortSignal): Promise<string> {
    const values = header.map((it) => ({ userEnteredValue: { stringValue: it } }))
    const made = await ask<{ spreadsheetId: string }>(`${sheets}/v4/spreadsheets`, signal, {
      properties: { title },
      sheets: [{ properties: { title: SHEET }, data: [{ startRow: 0, startColumn: 0, rowData: [{ values }] }] }],
    })
    return made.spreadsheetId
  }

  async function share(id: string, signal: AbortSignal) {
    const path = `${drive}/drive/v3/files/${encodeURIComponent(id)}/permissions`
    const query = new URLSearchParams({ fields: 'permissions(emailAddress)' })
    const { permissions } = await ask<{ permissions: { emailAddress?: string }[] }>(`${path}?${query}`, signal)
    const there = new Set(permissions.map((it) => it.emailAddress?.toLowerCase()))
    for (const emailAddress of shareWith.filter((it) => !there.has(it.toLowerCase())))
      await ask(`${path}?sendNotificationEmail=false`, signal, { role: 'writer', type: 'user', emailAddress })
  }

  return {
    async ensure(title, header, signal) {
      const id = (await known(title, signal)) ?? (await create(title, header, signal))
      await share(id, signal)
      return id
    },
    async append(id, row, signal) {
      const range = encodeURIComponent(`${SHEET}!A1`)
      const query = new URLSearchParams({ valueInputOption: 'RAW', insertDataOption: 'INSERT_ROWS' })
      await ask(`${sheets}/v4/spreadsheets/${encodeURIComponent(id)}/values/${range}:append?${query}`, signal, {
        majorDimension: 'ROWS',
        values: [row],
      })
    },
  }
}
