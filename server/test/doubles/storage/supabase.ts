import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { createFaultyWay } from './faults.ts'

interface Stored {
  bytes: Buffer
  type: string
  metadata: unknown
  updated: string
}

interface Answer {
  status: number
  body: unknown
  headers?: Record<string, string>
}

/** As the real one does it: 400 on the wire, the status that is meant as a string in the body. */
const refusal = (statusCode: string, error: string, message: string): Answer => ({
  status: 400,
  body: { statusCode, error, message },
})
const notFound = refusal('404', 'not_found', 'Object not found')

interface Listing {
  prefix: string
  limit: number
  offset: number
}

/** One level of a folder: files with an id, folders without. */
const levelOf = (objects: Map<string, Stored>, { prefix, limit, offset }: Listing) => {
  const start = prefix === '' ? '' : `${prefix}/`
  const entries = new Map<string, unknown>()
  for (const [key, it] of [...objects].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!key.startsWith(start)) continue
    const [name = '', ...deeper] = key.slice(start.length).split('/')
    const metadata = { size: it.bytes.length, mimetype: it.type }
    entries.set(
      name,
      deeper.length > 0
        ? { name, id: null, updated_at: null, created_at: null, last_accessed_at: null, metadata: null }
        : { name, id: randomUUID(), updated_at: it.updated, created_at: it.updated, metadata },
    )
  }
  return [...entries.values()].slice(offset, offset + limit)
}

const served = (it: Stored, range: string | undefined, download: string | null): Answer => {
  const headers = {
    'content-type': it.type,
    ...(download !== null && {
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(download)};`,
    }),
  }
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? []
  if (from === undefined) return { status: 200, body: it.bytes, headers }
  const start = Number(from)
  const end = Math.min(to ? Number(to) : Number.POSITIVE_INFINITY, it.bytes.length - 1)
  if (start > end) return refusal('416', 'InvalidRange', 'The requested range is not satisfiable')
  return {
    status: 206,
    body: it.bytes.subarray(start, end + 1),
    headers: { ...headers, 'content-range': `bytes ${start}-${end}/${it.bytes.length}` },
  }
}

/** Speaks the wire format of Supabase Storage, kept in memory, reached over a way that can be told to misbehave. */
export const startSupabase = async (bucket: string, options: { maxBytes?: number } = {}) => {
  const serviceRoleKey = `service-${randomUUID()}`
  const objects = new Map<string, Stored>()
  const tokens = new Map<string, { key: string; until: number }>()

  const upload = async (incoming: IncomingMessage, key: string): Promise<Answer> => {
    const bytes = await buffer(incoming)
    if (bytes.length > (options.maxBytes ?? Number.POSITIVE_INFINITY))
      return refusal('413', 'Payload too large', 'The object exceeded the maximum allowed size')
    if (objects.has(key) && incoming.headers['x-upsert'] !== 'true')
      return refusal('409', 'Duplicate', 'The resource already exists')
    const metadata = Buffer.from(String(incoming.headers['x-metadata'] ?? 'e30='), 'base64').toString()
    const type = incoming.headers['content-type'] ?? 'text/plain'
    objects.set(key, { bytes, type, metadata: JSON.parse(metadata), updated: new Date().toISOString() })
    return { status: 200, body: { Id: randomUUID(), Key: `${bucket}/${key}` } }
  }

  const info = (key: string): Answer => {
    const it = objects.get(key)
    if (!it) return notFound
    const { type, updated, metadata, bytes } = it
    const times = { created_at: updated, last_modified: updated }
    return {
      status: 200,
      body: { id: randomUUID(), name: key, size: bytes.length, content_type: type, metadata, ...times },
    }
  }

  const remove = async (incoming: IncomingMessage): Promise<Answer> => {
    const { prefixes } = JSON.parse((await buffer(incoming)).toString()) as { prefixes: string[] }
    return { status: 200, body: prefixes.filter((key) => objects.delete(key)).map((name) => ({ name })) }
  }

  const sign = async (incoming: IncomingMessage, key: string): Promise<Answer> => {
    if (!objects.has(key)) return notFound
    const { expiresIn } = JSON.parse((await buffer(incoming)).toString()) as { expiresIn: number }
    const token = randomUUID()
    tokens.set(token, { key, until: Date.now() + expiresIn * 1000 })
    return { status: 200, body: { signedURL: `/object/sign/${bucket}/${key}?token=${token}` } }
  }

  const list = async (incoming: IncomingMessage): Promise<Answer> => ({
    status: 200,
    body: levelOf(objects, JSON.parse((await buffer(incoming)).toString()) as Listing),
  })

  const route = async (incoming: IncomingMessage): Promise<Answer> => {
    const url = new URL(incoming.url ?? '/', 'http://double')
    const path = decodeURI(url.pathname.replace('/storage/v1/object', ''))
    const inBucket = (start: string) =>
      path.startsWith(`${start}/${bucket}/`) ? path.slice(`${start}/${bucket}/`.length) : undefined
    const signed = inBucket('/sign')
    if (incoming.method === 'GET' && signed) {
      const grant = tokens.get(url.searchParams.get('token') ?? '')
      if (grant?.key !== signed || grant.until < Date.now()) return refusal('400', 'InvalidJWT', 'invalid signature')
      const it = objects.get(signed)
      return it ? served(it, incoming.headers.range, url.searchParams.get('download')) : notFound
    }
    if (incoming.headers.authorization !== `Bearer ${serviceRoleKey}`)
      return refusal('403', 'Unauthorized', 'signature verification failed')
    if (incoming.method === 'POST' && signed) return sign(incoming, signed)
    if (incoming.method === 'POST' && path === `/list/${bucket}`) return list(incoming)
    if (incoming.method === 'DELETE' && path === `/${bucket}`) return remove(incoming)
    const described = inBucket('/info')
    if (incoming.method === 'GET' && described) return info(described)
    const key = inBucket('')
    if (key === undefined) return refusal('404', 'Bucket not found', 'Bucket not found')
    if (incoming.method === 'POST') return upload(incoming, key)
    const it = objects.get(key)
    return it ? served(it, incoming.headers.range, null) : notFound
  }

  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { status, body, headers } = await route(incoming)
    incoming.resume()
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body))
    outgoing.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length, ...headers })
    outgoing.end(bytes)
  }

  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch(() => outgoing.destroy())
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const way = await createFaultyWay((server.address() as AddressInfo).port)
  return {
    way,
    url: way.url,
    serviceRoleKey,
    objects,
    async close() {
      await way.close()
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}
