import type { NewTask, updateTask } from '@mina/contract'
import type { z } from 'zod'
import { Refusal } from '../../platform/refusal.ts'
import type { Opened } from '../conversations/index.ts'
import type { TaskRepository } from './repository.ts'

interface TaskOptions {
  repository: TaskRepository
  /** Refuses a segment that is not of this conversation. */
  requireSegment: (conversation: Opened, segmentId: string | undefined) => Promise<void>
  /** A page that shows this conversation should look again. */
  onChanged: (conversation: Opened<'write'>) => Promise<void>
}

const unknown = () => new Refusal('not_found', 'There is no such task.')

export const taskService = ({ repository, requireSegment, onChanged }: TaskOptions) => ({
  list: (conversation: Opened<'read'>) => repository.of(conversation.id),

  async add(conversation: Opened<'write'>, it: z.output<typeof NewTask>) {
    await requireSegment(conversation, it.segment_id)
    const row = await repository.insert(conversation.id, it)
    await onChanged(conversation)
    return row
  },

  async update(conversation: Opened<'write'>, { id, ...it }: z.output<typeof updateTask.body>) {
    if (Object.keys(it).length === 0)
      throw new Refusal('bad_request', 'Say what to change: text, assignee, due_date or status.')
    const row = await repository.update(conversation.id, id, {
      ...(it.text !== undefined && { text: it.text }),
      ...(it.assignee !== undefined && { assignee: it.assignee }),
      ...(it.due_date !== undefined && { due_date: it.due_date }),
      ...(it.status !== undefined && { status: it.status }),
    })
    if (!row) throw unknown()
    await onChanged(conversation)
    return row
  },

  async remove(conversation: Opened<'write'>, id: string) {
    if (!(await repository.remove(conversation.id, id))) throw unknown()
    await onChanged(conversation)
  },
})

export type TaskService = ReturnType<typeof taskService>
