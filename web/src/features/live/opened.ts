import { getConversation } from '@mina/contract'
import { call } from '../../api/call.ts'
import type { Opened } from '../conversation/query.ts'

/** The conversation as the server has it now, past what any page remembers. */
export async function openedNow(id: string): Promise<Opened> {
  const answer = await call(getConversation, { params: { id }, query: {} })
  return await answer.json()
}
