import { createVerify, generateKeyPairSync, randomUUID } from 'node:crypto'
import { type Double, type Reply, type SeenRequest, startDouble } from '../translation/server.ts'

type Cell = string | number | { formula: string }

export interface KeptSheet {
  id: string
  title: string
  tab: string
  rows: Cell[][]
  /** Who may edit it, besides the service account that made it. */
  writers: string[]
}

export interface SheetsDouble extends Double {
  /** What the operator's GOOGLE_APPLICATION_CREDENTIALS file holds. */
  account: Record<string, string>
  sheets: Map<string, KeptSheet>
}

interface ExtendedValue {
  stringValue?: string
  numberValue?: number
}

const names: Record<number, string> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
}

const failure = (status: number, message = 'Something went wrong.') => ({
  error: { code: status, message, status: names[status] ?? 'UNKNOWN' },
})
const refuse = (status: number, message?: string): Reply => ({ status, json: failure(status, message) })

const needed = ['https://www.googleapis.com/auth/spreadsheets', 'https://www.googleapis.com/auth/drive.file']

/** What Google does with a member it does not know. */
const unknownIn = (body: Record<string, unknown>, known: readonly string[]) => {
  const stranger = Object.keys(body).find((it) => !known.includes(it))
  return stranger && refuse(400, `Invalid JSON payload received. Unknown name "${stranger}": Cannot find field.`)
}

const asEntered = (value: string | number, how: string): Cell =>
  how === 'USER_ENTERED' && typeof value === 'string' && value.startsWith('=') ? { formula: value } : value

/** Sheets v4 and Drive v3, as far as a billing log goes, behind a service account of their own. */
export async function startSheetsDouble(): Promise<SheetsDouble> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const sheets = new Map<string, KeptSheet>()

  const token = (request: SeenRequest): Reply => {
    const assertion = new URLSearchParams(request.body).get('assertion') ?? ''
    const [header = '', claims = '', signature = ''] = assertion.split('.')
    const signed = createVerify('RSA-SHA256').update(`${header}.${claims}`).verify(publicKey, signature, 'base64url')
    if (!signed) return { status: 400, json: { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' } }
    const { scope = '' } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { scope?: string }
    const asked = scope.split(' ')
    if (asked.length !== needed.length || !needed.every((it) => asked.includes(it)))
      return { status: 400, json: { error: 'invalid_scope', error_description: 'Some requested scopes are invalid.' } }
    return { json: { access_token: 'ya29.sheets', expires_in: 3599, token_type: 'Bearer' } }
  }

  const create = (request: SeenRequest): Reply => {
    const body = JSON.parse(request.body) as {
      properties?: { title?: string }
      sheets?: {
        properties?: { title?: string }
        data?: { rowData?: { values?: { userEnteredValue?: ExtendedValue }[] }[] }[]
      }[]
    }
    const wrong = unknownIn(body, ['properties', 'sheets', 'namedRanges', 'spreadsheetId', 'spreadsheetUrl'])
    if (wrong) return wrong
    const id = randomUUID()
    const [first] = body.sheets ?? []
    const rows = (first?.data?.[0]?.rowData ?? []).map(({ values = [] }) =>
      values.map(({ userEnteredValue: it }) => it?.stringValue ?? it?.numberValue ?? ''),
    )
    const title = body.properties?.title ?? 'Untitled spreadsheet'
    const tab = first?.properties?.title ?? 'Sheet1'
    sheets.set(id, { id, title, tab, rows, writers: [] })
    return {
      json: {
        spreadsheetId: id,
        properties: { title, locale: 'en_US' },
        spreadsheetUrl: `https://docs.google.com/spreadsheets/d/${id}/edit`,
      },
    }
  }

  const append = (request: SeenRequest, id: string, range: string): Reply => {
    const sheet = sheets.get(id)
    if (!sheet) return refuse(404, 'Requested entity was not found.')
    const how = request.query.get('valueInputOption')
    if (how !== 'RAW' && how !== 'USER_ENTERED') return refuse(400, "'valueInputOption' is required but not specified")
    const body = JSON.parse(request.body) as { values?: (string | number)[][]; majorDimension?: string }
    const wrong = unknownIn(body, ['range', 'majorDimension', 'values'])
    if (wrong) return wrong
    if (range.split('!')[0] !== sheet.tab) return refuse(400, `Unable to parse range: ${range}`)
    for (const row of body.values ?? []) sheet.rows.push(row.map((it) => asEntered(it, how)))
    return { json: { spreadsheetId: id, updates: { spreadsheetId: id, updatedRows: body.values?.length ?? 0 } } }
  }

  const permissions = (request: SeenRequest, id: string): Reply => {
    const sheet = sheets.get(id)
    if (!sheet) return refuse(404, `File not found: ${id}.`)
    if (request.method === 'GET')
      return { json: { permissions: sheet.writers.map((emailAddress) => ({ emailAddress })) } }
    const { role, type, emailAddress } = JSON.parse(request.body) as Record<string, string>
    if (role !== 'writer' || type !== 'user' || !emailAddress) return refuse(400, 'The permission is not valid.')
    sheet.writers.push(emailAddress)
    return { json: { kind: 'drive#permission', id: randomUUID(), type, role } }
  }

  const list = (request: SeenRequest): Reply => {
    const [, title = ''] = /^name = '((?:[^'\\]|\\.)*)' and /.exec(request.query.get('q') ?? '') ?? []
    const name = title.replace(/\\(.)/g, '$1')
    return { json: { files: [...sheets.values()].filter((it) => it.title === name).map(({ id }) => ({ id })) } }
  }

  const answer = (request: SeenRequest): Reply => {
    const { method, path } = request
    if (path === '/token') return token(request)
    if (request.headers.authorization !== 'Bearer ya29.sheets') return refuse(401)
    if (method === 'POST' && path === '/v4/spreadsheets') return create(request)
    const [, appendTo, range = ''] = /^\/v4\/spreadsheets\/([^/]+)\/values\/(.+):append$/.exec(path) ?? []
    if (method === 'POST' && appendTo) return append(request, appendTo, decodeURIComponent(range))
    if (method === 'GET' && path === '/drive/v3/files') return list(request)
    const [, shared] = /^\/drive\/v3\/files\/([^/]+)\/permissions$/.exec(path) ?? []
    return shared ? permissions(request, shared) : refuse(404)
  }

  const double = await startDouble({ failure: (status) => failure(status), answer })
  const account = {
    type: 'service_account',
    project_id: 'mina-test',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    client_email: 'mina@mina-test.iam.gserviceaccount.com',
    token_uri: `${double.url}/token`,
  }
  return { ...double, account, sheets }
}
