import { invite, listAudit, listInvitations, login, revokeInvitation, updateUser } from '@mina/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, type TestPerson, testApp, testClock } from '../../../test/app.ts'

let app: TestApp
let admin: TestPerson
const clock = testClock()
beforeAll(async () => {
  app = await testApp({ clock, env: { RATE_LIMITS: 'off' } })
  admin = await app.administrator()
})
afterAll(() => app.close())

const emails = ['used@example.org', 'late@example.org', 'unwanted@example.org'] as const

test('invitations are listed until they are used; taken back, their link opens nothing', async () => {
  const links: string[] = []
  for (const email of emails) {
    clock.forward(1_000)
    const { url } = await admin.call(invite, { body: { email, role: 'admin' } })
    links.push(/invitation=([\w-]+)/.exec(url)![1]!)
  }
  const used = await app.person({ email: emails[0], invitation: links[0]! })
  const open = async () => (await admin.call(listInvitations)).items
  expect((await open()).map(({ email, role }) => [email, role])).toEqual([
    [emails[2], 'admin'],
    [emails[1], 'admin'],
  ])
  const [unwanted] = await open()
  const revoke = () => admin.call(revokeInvitation, { params: { id: unwanted!.id } })
  await revoke()
  await expect(revoke()).rejects.toMatchObject({ code: 'not_found' })
  await expect(app.person({ email: emails[2], invitation: links[2]! })).rejects.toMatchObject({
    code: 'registration_closed',
  })
  expect((await open()).map((it) => it.email)).toEqual([emails[1]])

  await admin.call(updateUser, { params: { id: used.user.id }, body: { plan: 'pro' } })
  const done = async (action: string) => (await admin.call(listAudit, { query: { action } })).items[0]
  expect(await done('invite_revoke')).toMatchObject({ actor: admin.email, actor_id: admin.user.id, subject: null })
  expect(await done('admin_change')).toMatchObject({ actor: admin.email, subject: emails[0] })
})

test('an invitation that has run out is not open any more', async () => {
  clock.forward(8 * 86_400_000)
  const again = app.client()
  await again.call(login, { body: { email: admin.email, password: admin.password } })
  expect((await again.call(listInvitations)).items).toEqual([])
})
