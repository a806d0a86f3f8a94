import {
  changeEmail,
  changePassword,
  createKey,
  login,
  me,
  requestPasswordReset,
  resetPassword,
  verifyEmail,
} from '@mina/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestApp, testApp, testClock } from '../../../test/app.ts'
import { until } from '../../../test/until.ts'

let app: TestApp
const clock = testClock()
beforeAll(async () => {
  app = await testApp({ clock, env: { RATE_LOGIN_PER_MINUTE: '100000', RATE_MAIL_PER_MINUTE: '100000' } })
})
afterAll(() => app.close())

const days = (count: number) => count * 86_400_000
const address = () => `${crypto.randomUUID()}@example.org`

/** The newest mail to this address that says so, waited for. */
const mailThatSays = (email: string, words: string) =>
  until(async () => {
    const mail = await app.mailTo(email)
    return mail.includes(words) && mail
  }, `a mail that says "${words}"`)

const tokenOf = async (email: string, route: 'verify' | 'reset', subject: string) =>
  new RegExp(`#/${route}\\?token=([\\w-]+)`).exec(await mailThatSays(email, subject))?.[1] ?? ''

const confirm = (token: string) => app.client().call(verifyEmail, { body: { token } })
const refused = { status: 401, code: 'unauthorized' }

describe('another address', () => {
  test('is used once its own mail is confirmed, and the address before it is told', async () => {
    const alice = await app.person()
    const email = address()
    await alice.call(changeEmail, { body: { email, password: alice.password } })
    expect((await alice.call(me)).user.email).toBe(alice.email)
    await confirm(await tokenOf(email, 'verify', 'Confirm your new email address'))
    expect((await alice.call(me)).user).toMatchObject({ email, email_verified: true })
    expect(await mailThatSays(alice.email, 'Your email address was changed')).toContain(email)
    await app.client().call(login, { body: { email, password: alice.password } })
  })

  test('goes to one of two who confirm the same one at once', async () => {
    const [alice, bob] = [await app.person(), await app.person()]
    const email = address()
    const tokens: string[] = []
    for (const person of [alice, bob]) {
      await person.call(changeEmail, { body: { email, password: person.password } })
      tokens.push(
        await until(async () => {
          const found = (await app.mailTo(email)).matchAll(/#\/verify\?token=([\w-]+)/g)
          return [...found].map((it) => it[1]!).find((it) => !tokens.includes(it))
        }, 'its mail'),
      )
    }
    const answers = await Promise.allSettled(tokens.map(confirm))
    expect(answers.map((it) => it.status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(answers.find((it) => it.status === 'rejected')?.reason).toMatchObject({ status: 409, code: 'exists' })
    const emails = (await Promise.all([alice.call(me), bob.call(me)])).map((it) => it.user.email)
    expect(emails.filter((it) => it === email)).toHaveLength(1)
  })

  test('needs the password', async () => {
    const alice = await app.person()
    const asked = alice.call(changeEmail, { body: { email: address(), password: 'wrong horse 7' } })
    await expect(asked).rejects.toMatchObject(refused)
  })

  test('makes links that went to the old one worthless', async () => {
    const alice = await app.person()
    const email = address()
    await app.client().call(requestPasswordReset, { body: { email: alice.email } })
    const token = await tokenOf(alice.email, 'reset', 'Choose a new password')
    await alice.call(changeEmail, { body: { email, password: alice.password } })
    await confirm(await tokenOf(email, 'verify', 'Confirm your new email address'))
    const reset = app.client().call(resetPassword, { body: { token, new_password: 'fresh horse 9' } })
    await expect(reset).rejects.toMatchObject(refused)
  })
})

describe('who knew the old password', () => {
  const thief = address()
  const underWay = async () => {
    const alice = await app.person()
    await alice.call(changeEmail, { body: { email: thief, password: alice.password } })
    return { alice, token: await tokenOf(thief, 'verify', 'Confirm your new email address') }
  }

  test('can not take the account along after a reset', async () => {
    const { alice, token } = await underWay()
    await app.client().call(requestPasswordReset, { body: { email: alice.email } })
    const reset = await tokenOf(alice.email, 'reset', 'Choose a new password')
    await app.client().call(resetPassword, { body: { token: reset, new_password: 'fresh horse 9' } })
    await expect(confirm(token)).rejects.toMatchObject(refused)
  })

  test('nor after a change of the password', async () => {
    const { alice, token } = await underWay()
    await alice.call(changePassword, { body: { old_password: alice.password, new_password: 'fresh horse 9' } })
    await expect(confirm(token)).rejects.toMatchObject(refused)
  })
})

test('the owner of a key hears thirty days before it expires, once', async () => {
  const alice = await app.person()
  await alice.call(createKey, { body: { name: 'nightly build', expires_in_days: 60 } })
  await alice.call(createKey, { body: { name: 'far away', expires_in_days: 365 } })
  const { pool } = app.database
  const tidy = async () => {
    const { rows } = await pool.query<{ id: string }>(
      `insert into pgboss.job (name, data) values ('identity.tidy', '{}') returning id`,
    )
    await until(async () => {
      const { rowCount } = await pool.query(`select from pgboss.job where id = $1 and state = 'completed'`, [
        rows[0]?.id,
      ])
      return rowCount === 1
    }, 'the daily round')
  }
  const told = async () => {
    const { rows } = await pool.query<{ name: string; told: Date | null }>(
      'select name, expiry_notified_at as told from api_keys where user_id = $1 order by name',
      [alice.user.id],
    )
    return Object.fromEntries(rows.map((row) => [row.name, row.told]))
  }
  await tidy()
  expect(await told()).toEqual({ 'nightly build': null, 'far away': null })
  clock.forward(days(31))
  await tidy()
  await mailThatSays(alice.email, 'nightly build')
  const first = await told()
  expect(first).toEqual({ 'nightly build': expect.any(Date), 'far away': null })
  clock.forward(days(1))
  await tidy()
  expect(await told()).toEqual(first)
})
