import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { behavesAsFiles } from '../../../test/doubles/storage/behaviour.ts'
import { startSupabase } from '../../../test/doubles/storage/supabase.ts'
import { createSupabaseFiles } from './supabase.ts'

const bench = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mina-supabase-'))
  const server = await startSupabase('saas-files', { maxBytes: 20_000_000 })
  const tempDir = join(folder, 'temp')
  const { url, serviceRoleKey } = server
  return {
    server,
    files: createSupabaseFiles({ url, serviceRoleKey, bucket: 'saas-files', tempDir, timeoutMs: 1500 }),
    folder,
    tempDir,
    leftovers: async () => (await readdir(tempDir).catch(() => [])).length,
    async close() {
      await server.close()
      await rm(folder, { recursive: true })
    },
  }
}

behavesAsFiles('in Supabase Storage', bench)

describe('files in Supabase Storage', () => {
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
  const onDownload = (request: { method?: string; url?: string }) =>
    request.method === 'GET' && !request.url?.includes('/info/')

  it('tries again where the storage is busy, breaks the line or is silent', async () => {
    const bytes = randomBytes(100_000)
    const error = JSON.stringify({ statusCode: '500', error: 'Internal', message: 'database connection lost' })
    const busy = JSON.stringify({ statusCode: '429', error: 'too_many_connections', message: 'Too many connections' })
    const faults = [
      { how: 'status', status: 400, body: error, type: 'application/json' },
      { how: 'status', status: 400, body: busy, type: 'application/json' },
      { how: 'status', status: 502, body: '<html>Bad gateway</html>', type: 'text/html' },
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
      storage.server.way.plan({ how }, { on: onDownload })
      expect((await read('users/1/once'))?.equals(bytes)).toBe(true)
    }
    storage.server.way.plan({ how: 'corrupt' }, { times: 100, on: onDownload })
    await expect(storage.files.open('users/1/once')).rejects.toMatchObject({ code: 'internal', message: /damaged/ })
    expect(await storage.leftovers()).toBe(0)
  })

  it('reads the true status from the body, and does not repeat what can not succeed', async () => {
    expect(await storage.files.stat('users/1/absent')).toBeNull()
    expect(storage.server.way.seen.length).toBe(1)
    storage.server.way.clear()
    const { url } = storage.server
    const wrongKey = createSupabaseFiles({ url, serviceRoleKey: 'x', bucket: 'saas-files', tempDir: storage.tempDir })
    const refused = await wrongKey.put('users/1/x', { body: Buffer.from('x') }).catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'unavailable', message: /^The file storage does not answer/ })
    expect(storage.server.way.seen.length).toBe(1)
  })

  it('notices a server that ignores the range', async () => {
    await storage.files.put('users/1/ranged', { body: randomBytes(1000) })
    storage.server.way.plan(
      { how: 'status', status: 200, body: 'whole', type: 'text/plain' },
      { times: 100, on: onDownload },
    )
    await expect(storage.files.open('users/1/ranged', { start: 10 })).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('says that a file is too large for the bucket, that the storage is down or full', async () => {
    const tooLarge = storage.files.put('users/1/x', { body: Buffer.alloc(20_000_001) })
    await expect(tooLarge).rejects.toMatchObject({ code: 'too_large' })
    storage.server.way.plan({ how: 'reset' }, { times: 100 })
    await expect(storage.files.check()).rejects.toMatchObject({ code: 'unavailable', message: /does not answer/ })
    storage.server.way.clear()
    const full = JSON.stringify({ statusCode: '507', error: 'Insufficient storage', message: 'Disk full' })
    storage.server.way.plan({ how: 'status', status: 400, body: full, type: 'application/json' }, { times: 100 })
    await expect(storage.files.put('users/1/x', { body: randomBytes(9) })).rejects.toMatchObject({
      code: 'storage_full',
    })
  })

  it('signs a link to one object that ends, saves and holds no secret', async () => {
    await storage.files.put('users/1/linked', { body: Buffer.from('speech') })
    const link = (await storage.files.link?.('users/1/linked', { seconds: 300, filename: 'Über.wav' })) ?? ''
    expect(link).not.toContain(storage.server.serviceRoleKey)
    const answer = await fetch(link)
    expect(await answer.text()).toBe('speech')
    expect(answer.headers.get('content-type')).toBe('application/octet-stream')
    expect(answer.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''%C3%9Cber.wav;")
    expect((await fetch(link.replace('linked', 'again'))).status).toBe(400)
  })

  it('lists folders of more than one page', async () => {
    for (let at = 0; at < 1005; at++)
      storage.server.objects.set(`users/9/${at}`, {
        bytes: Buffer.from('x'),
        type: '',
        metadata: {},
        updated: '2026-01-01',
      })
    await storage.files.removeAll('users/9/')
    expect([...storage.server.objects.keys()].filter((key) => key.startsWith('users/9/'))).toEqual([])
  })
})
