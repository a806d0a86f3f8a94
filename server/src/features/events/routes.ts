import { events } from '@mina/contract'
import { serve } from '../../access/route.ts'
import type { EventService } from './service.ts'

const lastSeen = (header: string | string[] | undefined) =>
  typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : null

export const eventRoutes = (service: EventService) => [
  serve(events, async ({ principal, request }) => ({
    events: service.stream(principal, lastSeen(request.headers['last-event-id']), request.signal),
  })),
]
