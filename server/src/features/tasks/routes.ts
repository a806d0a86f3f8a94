import { addTask, listTasks, removeTask, updateTask } from '@mina/contract'
import { serve } from '../../access/route.ts'
import type { Open } from '../conversations/index.ts'
import type { TaskService } from './service.ts'

export const taskRoutes = (open: Open, tasks: TaskService) => [
  serve(listTasks, async ({ principal, params }) => {
    const conversation = await open(principal, params.id, 'read')
    return { items: await tasks.list(conversation) }
  }),
  serve(addTask, async ({ principal, params, body }) => {
    const conversation = await open(principal, params.id, 'write')
    const task = await tasks.add(conversation, body)
    return { id: task.id, task }
  }),
  serve(updateTask, async ({ principal, params, body }) => {
    const conversation = await open(principal, params.id, 'write')
    return { task: await tasks.update(conversation, body) }
  }),
  serve(removeTask, async ({ principal, params }) => {
    const conversation = await open(principal, params.id, 'write')
    await tasks.remove(conversation, params.tid)
    return {}
  }),
]
