import type { NewHighlight, updateHighlight } from '@mina/contract'
import type { z } from 'zod'
import { Refusal } from '../../platform/refusal.ts'
import type { Opened } from '../conversations/index.ts'
import type { HighlightRepository } from './repository.ts'

interface HighlightOptions {
  repository: HighlightRepository
  /** Refuses a segment that is not of this conversation. */
  requireSegment: (conversation: Opened, segmentId: string | undefined) => Promise<void>
  /** A page that shows this conversation should look again. */
  onChanged: (conversation: Opened<'write'>) => Promise<void>
}

const unknown = () => new Refusal('not_found', 'There is no such highlight.')

export const highlightService = ({ repository, requireSegment, onChanged }: HighlightOptions) => ({
  list: (conversation: Opened<'read'>) => repository.of(conversation.id),

  async add(conversation: Opened<'write'>, it: z.output<typeof NewHighlight>) {
    await requireSegment(conversation, it.segment_id)
    const row = await repository.insert(conversation.id, it)
    await onChanged(conversation)
    return row
  },

  async update(conversation: Opened<'write'>, id: string, it: z.output<typeof updateHighlight.body>) {
    if (Object.keys(it).length === 0) throw new Refusal('bad_request', 'Say what to change: label or colour.')
    const row = await repository.update(conversation.id, id, {
      ...(it.label !== undefined && { label: it.label }),
      ...(it.colour !== undefined && { colour: it.colour }),
    })
    if (!row) throw unknown()
    await onChanged(conversation)
    return row
  },

  async remove(conversation: Opened<'write'>, id: string) {
    if (!(await repository.remove(conversation.id, id))) throw unknown()
    await onChanged(conversation)
  },

  async clear(conversation: Opened<'write'>) {
    await repository.clear(conversation.id)
    await onChanged(conversation)
  },
})

export type HighlightService = ReturnType<typeof highlightService>
