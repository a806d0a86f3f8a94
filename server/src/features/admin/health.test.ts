import { expect, test } from 'vitest'
import { examineHealth, type HealthProbes, type HealthSettings } from './health.ts'

const settings: HealthSettings = {
  publicBaseUrl: 'https://mina.example.org',
  production: true,
  storageKind: 'local',
  mailHost: null,
  outboxDir: '/data/outbox',
  provider: 'local',
  model: null,
  redis: false,
}
const probes: HealthProbes = {
  database: async () => '18.0',
  storage: async () => {},
  freeBytes: async () => 50e9,
  recognisers: () => [
    { name: 'local', missing: null },
    { name: 'deepgram', missing: 'Set DEEPGRAM_API_KEY.' },
  ],
  translators: () => [{ name: 'openai', missing: 'Set OPENAI_API_KEY.' }],
  backlog: async () => ({ waiting: 2, oldestSeconds: 1, active: 1 }),
}
const stateOf = async (change: Partial<HealthProbes>, name: string, other: Partial<HealthSettings> = {}) =>
  (await examineHealth({ ...settings, ...other }, { ...probes, ...change })).find((it) => it.name === name)

test('a healthy house has nothing that is down', async () => {
  const checks = await examineHealth(settings, probes)
  expect(checks.filter((it) => it.state === 'down' || it.state === 'degraded')).toEqual([])
  expect(checks.find((it) => it.name === 'speech: deepgram')).toMatchObject({
    state: 'off',
    detail: expect.stringMatching(/DEEPGRAM/),
  })
})

test('what fails is told with its remedy, and never with the failure’s own words', async () => {
  const failing = async () => {
    throw new Error('password=hunter2 at /home/mina')
  }
  expect(await stateOf({ database: failing }, 'database')).toMatchObject({
    state: 'down',
    detail: expect.stringMatching(/DATABASE_URL/),
  })
  expect(await stateOf({ storage: failing }, 'storage')).toMatchObject({ state: 'down' })
  expect(JSON.stringify(await stateOf({ storage: failing }, 'storage'))).not.toContain('hunter2')
})

test('little space, late work, a missing engine and plain http are told', async () => {
  expect(await stateOf({ freeBytes: async () => 1e9 }, 'space')).toMatchObject({ state: 'degraded' })
  expect(await stateOf({ freeBytes: async () => null }, 'space')).toMatchObject({ state: 'off' })
  const late = async () => ({ waiting: 5, oldestSeconds: 600, active: 0 })
  expect(await stateOf({ backlog: late }, 'workers')).toMatchObject({
    state: 'degraded',
    detail: expect.stringMatching(/10 minutes/),
  })
  expect(await stateOf({}, 'speech: deepgram', { provider: 'deepgram' })).toMatchObject({ state: 'down' })
  expect(await stateOf({}, 'address', { publicBaseUrl: 'http://mina.example.org' })).toMatchObject({
    state: 'degraded',
  })
})
