import {
  changePassword,
  createKey,
  createShare,
  deleteConversation,
  deleteMe,
  exportConversation,
  exportMe,
  getShare,
  login,
  logout,
  me,
  refresh,
  requestPasswordReset,
  resetPassword,
  revokeKey,
  revokeShare,
  updateUser,
} from '@mina/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp, testClock } from '../app.ts'
import { until } from '../until.ts'

let app: TestApp
const clock = testClock()
beforeAll(async () => {
  app = await testApp({ clock, roles: ['web'], env: { RATE_LIMITS: 'off' } })
})
afterAll(() => app.close())

const noted = async (actor: string) => {
  const { rows } = await app.database.pool.query<{ action: string }>(
    'select action from audit where actor_id = $1 order by id',
    [actor],
  )
  return rows.map((it) => it.action)
}

test('what matters is on record, each with who and from where', async () => {
  const admin = await app.administrator()
  const alice = await app.person()
  const bob = await app.person()
  const { id } = await alice.conversation()
  const params = { id }

  await app.client().json('/api/auth/login', { email: alice.email, password: 'wrong password 1' })
  const there = app.client()
  await there.call(login, { body: { email: alice.email, password: alice.password } })
  const old = new Map(there.cookies)
  await there.call(refresh)
  clock.forward(11_000)
  const thief = app.client()
  for (const [name, value] of old) thief.cookies.set(name, value)
  await expect(thief.call(refresh)).rejects.toMatchObject({ status: 401 })

  const { key } = await alice.call(createKey, { body: { name: 'script' } })
  await alice.call(revokeKey, { params: { id: key.id } })
  const share = await alice.call(createShare, { params, body: {} })
  await app.client().call(getShare, { params: { token: share.token }, query: {} })
  await alice.call(revokeShare, { params: { id, sid: share.id } })
  await (await alice.raw(`${exportConversation.path.replace(':id', id)}?format=txt`)).text()
  await (await alice.raw(exportMe.path)).arrayBuffer()
  await expect(bob.call(deleteConversation, { params, query: {} })).rejects.toMatchObject({ status: 404 })
  await alice.call(deleteConversation, { params, query: {} })
  await alice.call(changePassword, { body: { old_password: alice.password, new_password: 'another horse 8' } })
  await app.client().call(requestPasswordReset, { body: { email: alice.email } })
  const link = await until(async () => /#\/reset\?token=([\w-]+)/.exec(await app.mailTo(alice.email))?.[1], 'the mail')
  await app.client().call(resetPassword, { body: { token: link, new_password: 'third horse 9' } })
  const again = app.client()
  await again.call(login, { body: { email: alice.email, password: 'third horse 9' } })
  await admin.call(updateUser, { params: { id: bob.user.id }, body: { plan: 'pro' } })
  await again.call(deleteMe, { body: { password: 'third horse 9' } })
  await bob.call(logout)
  await expect(bob.call(me)).rejects.toMatchObject({ status: 401 })

  expect(new Set(await noted(alice.user.id))).toEqual(
    new Set([
      ...['register', 'login_failed', 'login', 'token_reuse', 'key_create', 'key_revoke', 'share_create'],
      ...['share_revoke', 'export', 'account_export', 'delete', 'password_change', 'password_reset', 'account_delete'],
    ]),
  )
  expect(await noted(bob.user.id)).toEqual(['register', 'denied', 'logout'])
  expect(await noted(admin.user.id)).toContain('admin_change')
  const { rows } = await app.database.pool.query('select subject_id, ip, details from audit where actor_id = $1', [
    bob.user.id,
  ])
  expect(rows[1]).toEqual({ subject_id: id, ip: '127.0.0.1', details: { route: 'DELETE /api/conversations/:id' } })
  expect(JSON.stringify((await app.database.pool.query('select * from audit')).rows)).not.toMatch(/horse|@example/)
})

test('the record only grows, also for the application itself', async () => {
  const { pool } = app.database
  const before = (await pool.query('select count(*)::int as n from audit')).rows[0].n
  expect(before).toBeGreaterThan(0)
  for (const attempt of ["update audit set action = 'login'", 'delete from audit', 'truncate audit'])
    await expect(pool.query(attempt)).rejects.toThrow(/only grows/)
  expect((await pool.query('select count(*)::int as n from audit')).rows[0].n).toBe(before)
})
