import { getUsage } from '@mina/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp, testClock } from '../../../test/app.ts'
import { until } from '../../../test/until.ts'
import { silentLog } from '../../platform/log.ts'
import { createUsageFeature } from './index.ts'
import type { PlanQuota } from './usage.ts'

let app: TestApp
const clock = testClock()
const told: string[] = []

const free: PlanQuota = { minutes: 10, jobs: 10, storageGb: 0.000001 }
const open: PlanQuota = { minutes: null, jobs: null, storageGb: null }
const feature = () =>
  createUsageFeature({
    db: app.database.db,
    plans: { free, pro: open, enterprise: open },
    clock,
    log: silentLog,
    onQuotaReached: async (userId, kind) => void told.push(`${userId} ${kind}`),
  })

beforeAll(async () => {
  app = await testApp({ env: { PLAN_FREE_MINUTES: '10' }, clock, roles: ['web'] })
})
afterAll(() => app.close())

const monthOf = async (userId: string) => {
  const { rows } = await app.database.pool.query('select * from usage_months where user_id = $1 order by month', [
    userId,
  ])
  return rows as { month: string; audio_seconds: number; jobs: number; api_calls: number }[]
}

test('of fifty at once exactly ten get in, and the owner is told once', async () => {
  const ann = await app.person()
  const { usage } = feature()
  const outcomes = await Promise.allSettled(
    Array.from({ length: 50 }, () => usage.reserve(ann.user.id, 'free', { jobs: 1 })),
  )
  expect(outcomes.filter((it) => it.status === 'fulfilled')).toHaveLength(10)
  for (const it of outcomes)
    if (it.status === 'rejected')
      expect(it.reason).toMatchObject({
        code: 'quota_exceeded',
        status: 402,
        message: expect.stringMatching(/10 jobs/),
      })
  expect(await monthOf(ann.user.id)).toMatchObject([{ jobs: 10 }])
  await usage.close()
  expect(told.filter((it) => it.startsWith(ann.user.id))).toEqual([`${ann.user.id} jobs`])
})

test('a refusal inside a transaction takes back the transaction alone', async () => {
  const ann = await app.person()
  const { usage } = feature()
  await expect(
    app.database.db.transaction((tx) => usage.reserve(ann.user.id, 'free', { audio_seconds: 601 }, tx)),
  ).rejects.toMatchObject({ code: 'quota_exceeded' })
  await usage.close()
  expect(told).toContain(`${ann.user.id} minutes`)
  expect(await monthOf(ann.user.id)).toMatchObject([{ audio_seconds: 0 }])
})

test('what was reserved is put right by what was really used, or given back', async () => {
  const ann = await app.person()
  const { usage } = feature()
  const kept = await usage.reserve(ann.user.id, 'free', { audio_seconds: 300, jobs: 1 })
  const given = await usage.reserve(ann.user.id, 'free', { audio_seconds: 200, jobs: 1 })
  await usage.settle(kept, { userId: ann.user.id, service: 'local', endpoint: '/saas/jobs', audio_seconds: 250 })
  await usage.refund(given)
  expect(await monthOf(ann.user.id)).toMatchObject([{ audio_seconds: 250, jobs: 1 }])
})

test('storage counts against the plan', async () => {
  const ann = await app.person()
  const { usage } = feature()
  await expect(usage.reserve(ann.user.id, 'free', { bytes: 5_000 })).rejects.toMatchObject({
    details: { quota: 'storage' },
  })
  await expect(usage.reserve(ann.user.id, 'pro', { bytes: 5_000 })).resolves.toMatchObject({ jobs: 0 })
})

test('a new month begins with nothing used', async () => {
  const ann = await app.person()
  const { usage } = feature()
  await usage.reserve(ann.user.id, 'free', { audio_seconds: 600 })
  await expect(usage.reserve(ann.user.id, 'free', { audio_seconds: 1 })).rejects.toMatchObject({ status: 402 })
  clock.forward(32 * 86_400_000)
  await usage.reserve(ann.user.id, 'free', { audio_seconds: 600 })
  expect(await monthOf(ann.user.id)).toHaveLength(2)
})

test('the log shows my work, in sum, by day and by service, and nothing of others', async () => {
  const [ann, bob] = [await app.person(), await app.person()]
  const { usage } = feature()
  const from = { ip: '127.0.0.1', userAgent: 'script/1.0' }
  const entry = { userId: ann.user.id, endpoint: '/transcriptions/deepgram', ...from }
  await usage.record({ ...entry, service: 'deepgram', audio_seconds: 90, cost_usd: 0.5 })
  await usage.record({ ...entry, service: 'deepgram', audio_seconds: 30, cost_usd: 0.25 })
  await usage.record({ ...entry, service: 'openai', tokens: 120, characters: 400, endpoint: '/translations/openai' })
  const mine = await ann.call(getUsage, { query: { limit: 2 } })
  expect(mine.usage).toHaveLength(2)
  expect(mine.usage[0]).toMatchObject({ service: 'openai', tokens: 120, characters: 400, ip: '127.0.0.1' })
  expect(mine.totals).toEqual({ requests: 3, audio_seconds: 120, tokens: 120, characters: 400, cost_usd: 0.75 })
  expect(mine.by_day).toEqual([
    { day: clock.now().toISOString().slice(0, 10), requests: 3, audio_seconds: 120, cost_usd: 0.75 },
  ])
  expect(mine.by_service.map((it) => it.service)).toEqual(['deepgram', 'openai'])
  expect(mine.month.audio_minutes_month).toBe(2)
  expect(mine.quota).toEqual({ minutes: 10, jobs: null, storage_gb: null })
  expect((await bob.call(getUsage, { query: {} })).usage).toEqual([])
})

test('a period holds its days whole', async () => {
  const ann = await app.person()
  const { usage } = feature()
  await usage.record({ userId: ann.user.id, service: 'local', endpoint: '/x', audio_seconds: 1 })
  const today = clock.now().toISOString().slice(0, 10)
  const before = new Date(clock.now().getTime() - 86_400_000).toISOString().slice(0, 10)
  expect((await ann.call(getUsage, { query: { from: today, to: today } })).totals.requests).toBe(1)
  expect((await ann.call(getUsage, { query: { to: before } })).totals.requests).toBe(0)
})

test('calls of programs are counted, those of the web app are not', async () => {
  const ann = await app.person()
  await ann.raw('/api/auth/me')
  for (let calls = 0; calls < 3; calls += 1) await ann.raw('/webhooks')
  const month = await until(async () => {
    const { month } = await ann.call(getUsage, { query: {} })
    return month.api_calls_month >= 4 && month
  }, 'the calls to be counted')
  expect(month.api_calls_month).toBe(4)
})
