import { type Allowed, allowed, type Principal } from '../../access/principal.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { ConversationRepository } from './repository.ts'
import type { ConversationRow } from './rows.ts'

export type Opened<To extends 'read' | 'write' = 'read' | 'write'> = Allowed<ConversationRow, To>

export const unknownConversation = () => new Refusal('not_found', 'There is no such conversation.')

/** The one way to a conversation for a caller: its owner's, by one query; anybody else's does not exist. */
export const opener =
  (repository: ConversationRepository) =>
  async <To extends 'read' | 'write'>(
    principal: Pick<Principal, 'userId'>,
    id: string,
    _to: To,
  ): Promise<Opened<To>> => {
    const row = await repository.find(principal, id)
    if (!row) throw unknownConversation()
    return allowed<To, ConversationRow>(row)
  }

export type Open = ReturnType<typeof opener>
