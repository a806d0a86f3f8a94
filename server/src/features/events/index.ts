import { z } from 'zod'
import { handler, job } from '../../platform/queue/job.ts'
import { eventRoutes } from './routes.ts'
import { type EventsOptions, eventService } from './service.ts'

const pruneEvents = job({
  name: 'events.prune',
  payload: z.object({}),
  retries: 3,
  concurrency: 1,
  expireSeconds: 600,
  schedule: '41 * * * *',
})

export function createEvents(options: EventsOptions) {
  const service = eventService(options)
  return {
    publish: service.publish,
    hangUp: service.hangUp,
    routes: eventRoutes(service),
    definitions: [pruneEvents],
    handlers: [handler(pruneEvents, async () => void (await service.prune()))],
  }
}

export type Events = ReturnType<typeof createEvents>
