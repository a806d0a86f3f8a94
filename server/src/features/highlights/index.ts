import type { Db } from '../../platform/database/connect.ts'
import type { Conversations } from '../conversations/index.ts'
import { highlightRepository } from './repository.ts'
import { highlightRoutes } from './routes.ts'
import { highlightService } from './service.ts'

export { highlightRepository } from './repository.ts'

interface HighlightsOptions {
  db: Db
  conversations: Conversations
}

export function createHighlights({ db, conversations }: HighlightsOptions) {
  const repository = highlightRepository(db)
  const service = highlightService({
    repository,
    requireSegment: conversations.requireSegment,
    onChanged: conversations.touched,
  })
  return { of: repository.of, routes: highlightRoutes(conversations.open, service) }
}

export type Highlights = ReturnType<typeof createHighlights>
