import { search } from '@mina/contract'
import { serve } from '../../access/route.ts'
import type { SearchService } from './service.ts'

export const searchRoutes = (service: SearchService) => [
  serve(search, ({ principal, query: { q, limit, cursor } }) => service.hits(principal, q, { limit, cursor })),
]
