import { eq } from 'drizzle-orm'
import type { Conversations } from '../features/conversations/index.ts'
import type { InsightService } from '../features/insights/index.ts'
import { createUnderstanding, type Publish, type WorkMeter } from '../features/understanding/index.ts'
import { users } from '../platform/database/schema/index.ts'
import type { Queue } from '../platform/queue/queue.ts'
import type { Translators } from '../translation/registry.ts'
import type { Platform } from './platform.ts'

const CANCELLED = 'understanding.cancelled'

interface UnderstandingParts {
  platform: Platform
  conversations: Conversations
  insights: InsightService
  translators: Translators
  queue: Queue
  publish: Publish
  usage: WorkMeter
}

export function composeUnderstanding(parts: UnderstandingParts) {
  const { platform, queue, ...rest } = parts
  const { db, clock, log, bus } = platform
  return createUnderstanding({
    ...rest,
    db,
    clock,
    log,
    send: queue.send,
    signals: {
      cancel: (id) => bus.publish(CANCELLED, { id }),
      onCancelled: (id, stop) =>
        bus.subscribe(CANCELLED, (message) => {
          if (message.id === id) stop()
        }),
    },
    async timeZoneOf(userId) {
      const [row] = await db.select({ tz: users.tz }).from(users).where(eq(users.id, userId))
      return row?.tz ?? 'UTC'
    },
  })
}
