import type { Answered, getShare } from '@mina/contract'

/** What a link shows of a conversation. */
export type Shared = Answered<typeof getShare>
