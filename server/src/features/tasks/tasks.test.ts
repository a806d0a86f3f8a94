import { addTask, listConversations, listTasks, removeTask, updateTask } from '@mina/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../../test/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await testApp()
})
afterAll(() => app.close())

test('a task is taken, changed by the id in the body, done and removed', async () => {
  const alice = await app.person()
  const talk = await alice.conversation()
  const { id, task } = await alice.call(addTask, {
    params: talk,
    body: { text: 'Measure the tide', assignee: 'Ada', due_date: '2027-01-31' },
  })
  expect(task).toEqual({
    id,
    text: 'Measure the tide',
    assignee: 'Ada',
    due_date: '2027-01-31',
    status: 'open',
    segment_id: null,
    start_ms: null,
  })
  const open = async () => (await alice.call(listConversations, { query: {} })).items[0]?.open_tasks
  expect(await open()).toBe(1)
  const done = await alice.call(updateTask, { params: talk, body: { id, status: 'done', due_date: null } })
  expect(done.task).toMatchObject({ status: 'done', due_date: null, text: 'Measure the tide', assignee: 'Ada' })
  expect(await open()).toBe(0)
  expect((await alice.call(listTasks, { params: talk })).items).toEqual([done.task])
  await alice.call(removeTask, { params: { ...talk, tid: id } })
  await expect(alice.call(updateTask, { params: talk, body: { id, text: 'x' } })).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('a due date is a day or a moment that exists', async () => {
  const alice = await app.person()
  const talk = await alice.conversation()
  const path = `/api/conversations/${talk.id}/tasks`
  for (const due_date of ['2027-02-28', '2027-02-28T12:00:00Z', '2027-02-28T12:00:00+02:00', null])
    expect((await alice.json(path, { text: 'x', due_date })).status).toBe(200)
  for (const due_date of ['2027-02-30', 'tomorrow', '', 12])
    expect((await alice.json(path, { text: 'x', due_date })).status).toBe(400)
  expect((await alice.json(path, { text: 'x', status: 'later' })).status).toBe(400)
  expect((await alice.json(path, { id: crypto.randomUUID(), user_id: 'x' }, 'PATCH')).status).toBe(400)
})

test('a stranger neither reads nor changes a task, not even through a conversation of their own', async () => {
  const [alice, bob] = [await app.person(), await app.person()]
  const talk = await alice.conversation()
  const own = await bob.conversation()
  const { id, task } = await alice.call(addTask, { params: talk, body: { text: 'mine' } })
  const denied = { code: 'not_found', status: 404 }
  await expect(bob.call(listTasks, { params: talk })).rejects.toMatchObject(denied)
  await expect(bob.call(addTask, { params: talk, body: { text: 'x' } })).rejects.toMatchObject(denied)
  await expect(bob.call(updateTask, { params: own, body: { id, status: 'done' } })).rejects.toMatchObject(denied)
  await expect(bob.call(removeTask, { params: { ...own, tid: id } })).rejects.toMatchObject(denied)
  expect((await alice.call(listTasks, { params: talk })).items).toEqual([task])
})
