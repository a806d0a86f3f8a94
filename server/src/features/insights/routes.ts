import { analyseSentiment } from '@mina/contract'
import { serve } from '../../access/route.ts'
import type { InsightService } from './service.ts'

export const insightRoutes = (insights: InsightService) => [
  serve(analyseSentiment, ({ body, request }) => insights.sentiment(body.text, body.language, request.signal)),
]
