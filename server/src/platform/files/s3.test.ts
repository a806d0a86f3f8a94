import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { behavesAsFiles } from '../../../test/doubles/storage/behaviour.ts'
import { s3Keys, startS3 } from '../../../test/doubles/storage/s3.ts'
import { createS3Files } from './s3.ts'

const slowDown =
  '<?xml version="1.0" encoding="UTF-8"?><Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>'
const full =
  '<?xml version="1.0" encoding="UTF-8"?><Error><Code>XMinioStorageFull</Code><Message>Full.</Message></Error>'

const bench = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mina-s3-'))
  const server = await startS3(join(folder, 's3'), 'recordings')
  const tempDir = join(folder, 'temp')
  const options = { ...s3Keys, bucket: 'recordings', region: 'us-east-1', forcePathStyle: true, tempDir }
  return {
    server,
    files: createS3Files({ ...options, endpoint: server.endpoint, timeoutMs: 1500, partBytes: 5 * 1024 * 1024 }),
    folder,
    leftovers: async () => (await readdir(tempDir).catch(() => [])).length,
    async close() {
      await server.close()
      await rm(folder, { recursive: true })
    },
  }
}

behavesAsFiles('in S3', bench)

describe('files in S3', () => {
  let storage: Awaited<ReturnType<typeof bench>>
  beforeAll(async () => {
    storage = await bench()
  })
  afterEach(() => storage.server.way.clear())
  afterAll(() => storage.close())

  const read = async (key: string) => {
    const opened = await storage.files.open(key)
    return opened && buffer(opened.body)
  }

  it('sends large files in parts', async () => {
    await storage.files.put('users/1/parts', { body: randomBytes(11 * 1024 * 1024) })
    const parts = storage.server.way.seen.flatMap((seen) => /partNumber=(\d+)/.exec(seen)?.[1] ?? [])
    expect(new Set(parts)).toEqual(new Set(['1', '2', '3']))
  })

  it('tries again where the storage is busy, breaks the line or is silent', async () => {
    const bytes = randomBytes(100_000)
    const faults = [
      { how: 'status', status: 503, body: slowDown, type: 'application/xml' },
      { how: 'status', status: 500, body: '', type: 'text/plain' },
      { how: 'reset' },
      { how: 'hang' },
      { how: 'slow', ms: 100 },
    ] as const
    for (const fault of faults) {
      storage.server.way.plan(fault, { times: 1 })
      await storage.files.put('users/1/again', { body: bytes })
      storage.server.way.plan(fault, { times: 1 })
      expect((await read('users/1/again'))?.equals(bytes)).toBe(true)
    }
  })

  it('never serves a whole file whose bytes changed or are missing, and reads it again', async () => {
    const bytes = randomBytes(200_000)
    await storage.files.put('users/1/once', { body: bytes })
    for (const how of ['corrupt', 'truncate'] as const) {
      storage.server.way.plan({ how }, { on: (request) => request.method === 'GET' })
      expect((await read('users/1/once'))?.equals(bytes)).toBe(true)
    }
    storage.server.way.plan({ how: 'corrupt' }, { times: 100, on: (request) => request.method === 'GET' })
    await expect(storage.files.open('users/1/once')).rejects.toMatchObject({ code: 'internal', message: /damaged/ })
    await expect(storage.files.toLocal('users/1/once')).rejects.toThrow('damaged')
    expect(await storage.leftovers()).toBe(0)
  })

  it('breaks off a part that is cut short, so that nobody takes it for the whole', async () => {
    await storage.files.put('users/1/cut', { body: randomBytes(200_000) })
    storage.server.way.plan({ how: 'truncate' }, { on: (request) => request.method === 'GET' })
    const opened = await storage.files.open('users/1/cut', { start: 10 })
    await expect(opened && buffer(opened.body)).rejects.toThrow()
  })

  it('says in plain words that the storage is down or full', async () => {
    storage.server.way.plan({ how: 'reset' }, { times: 100 })
    const { files } = storage
    for (const attempt of [() => files.stat('users/1/x'), () => files.open('users/1/x'), () => files.check()])
      await expect(attempt()).rejects.toMatchObject({ code: 'unavailable', message: /does not answer/ })
    storage.server.way.clear()
    storage.server.way.plan({ how: 'status', status: 507, body: full, type: 'application/xml' }, { times: 100 })
    await expect(storage.files.put('users/1/x', { body: randomBytes(9) })).rejects.toMatchObject({
      code: 'storage_full',
    })
    expect(await storage.leftovers()).toBe(0)
  })

  it('signs a link to one object that ends and saves', async () => {
    await storage.files.put('users/1/linked', { body: Buffer.from('speech') })
    const link = (await storage.files.link?.('users/1/linked', { seconds: 300, filename: 'Über "x".wav' })) ?? ''
    const answer = await fetch(link)
    expect(await answer.text()).toBe('speech')
    expect(answer.headers.get('content-type')).toBe('application/octet-stream')
    expect(answer.headers.get('content-disposition')).toMatch(
      /^attachment; filename="_ber _x_\.wav"; filename\*=UTF-8''%C3%9Cber/,
    )
    expect(new URL(link).searchParams.get('X-Amz-Expires')).toBe('300')
    // s3rver does not check signatures of links, so this much only: another object has another signature.
    const other = (await storage.files.link?.('users/1/other', { seconds: 300, filename: 'x' })) ?? ''
    const signature = (it: string) => new URL(it).searchParams.get('X-Amz-Signature')
    expect(signature(link)).toMatch(/^[0-9a-f]{64}$/)
    expect(signature(other)).not.toBe(signature(link))
  })

  it('ends uploads that were broken off, and is content where the server can not list them', async () => {
    expect(await storage.files.sweep(new Date())).toBe(0)
    const upload = (key: string, at: string) =>
      `<Upload><Key>${key}</Key><UploadId>id-${key}</UploadId><Initiated>${at}</Initiated></Upload>`
    const uploads = upload('old', '2026-01-01T00:00:00.000Z') + upload('new', '2099-01-01T00:00:00.000Z')
    const body = `<?xml version="1.0"?><ListMultipartUploadsResult>${uploads}</ListMultipartUploadsResult>`
    const { way } = storage.server
    way.plan({ how: 'status', status: 200, body, type: 'application/xml' }, { on: (it) => it.method === 'GET' })
    way.plan({ how: 'status', status: 204, body: '', type: 'text/plain' }, { on: (it) => it.method === 'DELETE' })
    way.seen.length = 0
    expect(await storage.files.sweep(new Date('2026-02-01'))).toBe(1)
    const ended = way.seen.filter((it) => it.startsWith('DELETE'))
    expect(ended).toEqual([expect.stringContaining('uploadId=id-old')])
  })
})
