import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { Id, Milliseconds, Nothing, PlainText } from './shapes.ts'

/** A day, or a moment: people mean either. */
const DueDate = z.union([z.iso.date(), z.iso.datetime({ offset: true })])
const TaskStatus = z.enum(['open', 'done'])

export const NewTask = z.object({
  text: PlainText(2_000, 1),
  assignee: PlainText(120).default(''),
  due_date: DueDate.nullable().optional(),
  status: TaskStatus.default('open'),
  segment_id: z.uuid().optional(),
  start_ms: Milliseconds.optional(),
})

export const Task = z
  .object({
    id: z.uuid(),
    text: z.string(),
    assignee: z.string(),
    due_date: z.string().nullable(),
    status: TaskStatus,
    segment_id: z.uuid().nullable(),
    start_ms: z.int().nullable(),
  })
  .meta({ id: 'Task' })
export type Task = z.output<typeof Task>

const path = '/api/conversations/:id/tasks'
const write = { family: 'app', permission: 'conversations:write' } as const

export const listTasks = endpoint({
  family: 'app',
  permission: 'conversations:read',
  method: 'GET',
  path,
  summary: 'The tasks of a conversation',
  params: Id,
  answer: z.object({ items: z.array(Task) }),
  errors: ['not_found'],
})

export const addTask = endpoint({
  ...write,
  method: 'POST',
  path,
  summary: 'Take a task',
  params: Id,
  body: NewTask,
  answer: z.object({ id: z.uuid(), task: Task }),
  errors: ['not_found'],
})

export const updateTask = endpoint({
  ...write,
  method: 'PATCH',
  path,
  summary: 'Change a task, named by its id in the body',
  params: Id,
  body: z.strictObject({
    id: z.uuid(),
    text: PlainText(2_000, 1).optional(),
    assignee: PlainText(120).optional(),
    due_date: DueDate.nullable().optional(),
    status: TaskStatus.optional(),
  }),
  answer: z.object({ task: Task }),
  errors: ['not_found'],
})

export const removeTask = endpoint({
  ...write,
  method: 'DELETE',
  path: `${path}/:tid`,
  summary: 'Remove a task',
  params: z.object({ id: z.uuid(), tid: z.uuid() }),
  answer: Nothing,
  errors: ['not_found'],
})
