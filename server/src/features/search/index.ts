import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database/connect.ts'
import { searchRepository } from './repository.ts'
import { searchRoutes } from './routes.ts'
import { searchService } from './service.ts'

interface SearchFeatureOptions {
  db: Db
  clock: Clock
}

export function createSearch({ db, clock }: SearchFeatureOptions) {
  const service = searchService({ repository: searchRepository(db), clock })
  return { conversations: service.conversations, routes: searchRoutes(service) }
}

export type Search = ReturnType<typeof createSearch>
