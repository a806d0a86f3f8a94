import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../../test/app.ts'
import { testDatabase } from '../../test/database.ts'
import { readConfig } from '../config/index.ts'
import type { Finding } from '../doors/cli/servers.ts'
import { examine } from './doctor.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mina-doctor-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function findings(env: Record<string, string>) {
  const found = new Map<string, Finding>()
  for await (const it of examine(readConfig({ MINA_DATA_DIR: join(folder, 'data'), ...env }))) found.set(it.name, it)
  return found
}

test('what is there is told, and what could be set up names its setting', async () => {
  const database = await testDatabase()
  const found = await findings({ DATABASE_URL: database.url })
  expect(found.get('database')).toMatchObject({ state: 'ok', detail: expect.stringMatching(/^PostgreSQL \d+/) })
  expect(found.get('storage')).toMatchObject({ state: 'ok', detail: 'local' })
  expect(found.get('ffmpeg')).toMatchObject({ state: 'ok' })
  expect(found.get('speech: deepgram')).toMatchObject({
    state: 'off',
    detail: expect.stringContaining('DEEPGRAM_API_KEY'),
  })
  expect(found.get('translation: openai')).toMatchObject({
    state: 'off',
    detail: expect.stringContaining('OPENAI_API_KEY'),
  })
  expect(found.get('mail')?.detail).toContain('SMTP_HOST')
  expect(found.get('identity')).toMatchObject({ state: 'off', detail: expect.stringContaining('AUTH0_DOMAIN') })
  expect(found.get('rate limits')).toMatchObject({ state: 'ok' })
  expect(found.get('sandbox')?.detail).toMatch(/^ffmpeg is/)
  await database.close()
})

test('a database that does not answer is a problem, in words that help', async () => {
  const found = await findings({ DATABASE_URL: `postgres://nobody@127.0.0.1:${await freePort()}/none` })
  expect(found.get('database')).toMatchObject({ state: 'problem', detail: expect.stringContaining('DATABASE_URL') })
  expect(found.get('storage')?.state).toBe('ok')
})
