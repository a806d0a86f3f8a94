import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readConfig, root } from '../../src/config/index.ts'
import { freePort, testApp } from '../app.ts'

const complete = {
  NODE_ENV: 'production',
  SECRET_KEY: randomBytes(32).toString('base64'),
  JWT_SECRET_KEY: randomBytes(32).toString('base64'),
  SOCKETIO_ORIGINS: 'https://mina.example',
  PUBLIC_BASE_URL: 'https://mina.example',
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mina-production-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('production', () => {
  test.each(['SECRET_KEY', 'JWT_SECRET_KEY', 'SOCKETIO_ORIGINS', 'PUBLIC_BASE_URL'])(
    'does not start without %s',
    (it) => {
      expect(() => readConfig({ ...complete, [it]: '' })).toThrow(`${it} is missing`)
    },
  )

  test.each([
    [{ SECRET_KEY: 'changeme' }, 'SECRET_KEY=… can not be used: it is too short'],
    [{ JWT_SECRET_KEY: 'secret' }, 'JWT_SECRET_KEY=… can not be used: it is too short'],
    [{ SECRET_KEY: 's'.repeat(40) }, 'everybody could guess it'],
    [{ SOCKETIO_ORIGINS: '*' }, 'SOCKETIO_ORIGINS=*'],
    [{ SOCKETIO_ORIGINS: 'https://mina.example, *' }, 'SOCKETIO_ORIGINS=*'],
    [{ CORS_ORIGINS: '*' }, 'CORS_ORIGINS=*'],
  ])('refuses %j', (settings, line) => {
    expect(() => readConfig({ ...complete, ...settings })).toThrow(line)
  })

  test('and its settings, whole, are taken', () => {
    expect(readConfig({ ...complete, MINA_DATA_DIR: folder })).toMatchObject({ production: true, secure: true })
  })

  test('a refused start ends with one line, before anything listens and before anything is written', async () => {
    const port = await freePort()
    const data = join(folder, 'data')
    const child = spawn(process.execPath, ['server/dist/main.js'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, ...complete, JWT_SECRET_KEY: '', PORT: String(port), MINA_DATA_DIR: data },
    })
    const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
    expect([code !== 0, out]).toEqual([true, ''])
    expect(err.trim()).toMatch(/^[^\n]*JWT_SECRET_KEY is missing[^\n]*$/)
    expect(await readdir(folder)).not.toContain('data')
    // The port was never taken.
    const listener = createServer().listen(port, '127.0.0.1')
    await once(listener, 'listening')
    listener.close()
  })
})

test('a fresh installation has no accounts, and no way of the seeds’ around a password', async () => {
  const app = await testApp({ roles: ['web'] })
  try {
    const { rows } = await app.database.pool.query('select email from users where password_hash is not null')
    expect(rows).toEqual([])
    for (const path of ['/mobile-auth/login', '/mobile-auth/token', '/mobile-auth/verify', '/mobile-auth'])
      for (const method of ['GET', 'POST']) expect((await app.client().raw(path, { method })).status).toBe(404)
    const tricks: Record<string, string>[] = [
      { 'x-user-id': '1' },
      { cookie: 'session=1; user_id=1' },
      { authorization: 'Bearer dev' },
    ]
    for (const headers of tricks) expect((await app.client(headers).raw('/api/auth/me')).status).toBe(401)
  } finally {
    await app.close()
  }
})
