import type { Db } from '../../platform/database/connect.ts'
import type { Conversations } from '../conversations/index.ts'
import { taskRepository } from './repository.ts'
import { taskRoutes } from './routes.ts'
import { taskService } from './service.ts'

export { taskRepository } from './repository.ts'

interface TasksOptions {
  db: Db
  conversations: Conversations
}

export function createTasks({ db, conversations }: TasksOptions) {
  const repository = taskRepository(db)
  const service = taskService({
    repository,
    requireSegment: conversations.requireSegment,
    onChanged: conversations.touched,
  })
  return { of: repository.of, routes: taskRoutes(conversations.open, service) }
}

export type Tasks = ReturnType<typeof createTasks>
