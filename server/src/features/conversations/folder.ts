import type { ConversationRow } from './rows.ts'

/** Where everything of a conversation lies in what a person takes along of the account. */
export const folderOf = ({ id, created_at }: Pick<ConversationRow, 'id' | 'created_at'>) =>
  `conversations/${created_at.toISOString().slice(0, 10)}_${id}`
