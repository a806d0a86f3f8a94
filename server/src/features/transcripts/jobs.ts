import { z } from 'zod'
import type { Db } from '../../platform/database/connect.ts'
import { handler, type JobHandler, job } from '../../platform/queue/job.ts'
import type { SendOptions } from '../../platform/queue/queue.ts'
import type { RecogniseService } from './recognise.ts'

const payload = z.object({ transcript_id: z.uuid() })
const EIGHT_HOURS = 8 * 3600
const MINUTE_MS = 60_000

/** The embedded engine is the machine's cores: few at once, and short ones never wait behind long ones. */
export const recogniseShort = job({
  ...{ name: 'transcripts.recognise-short', payload, retries: 2, expireSeconds: EIGHT_HOURS },
  concurrency: 2,
  perUser: 1,
})
export const recogniseLong = job({
  ...{ name: 'transcripts.recognise-long', payload, retries: 2, expireSeconds: EIGHT_HOURS },
  concurrency: 2,
  perUser: 1,
})
/** Where another machine does the work, this one only waits. */
export const recogniseElsewhere = job({
  ...{ name: 'transcripts.recognise-elsewhere', payload, retries: 2, expireSeconds: EIGHT_HOURS },
  concurrency: 8,
  perUser: 4,
})
export const mendTranscripts = job({
  ...{ name: 'transcripts.mend', payload: z.object({}), retries: 1, expireSeconds: 60 },
  concurrency: 1,
  schedule: '* * * * *',
})

export const recogniseJobs = [recogniseShort, recogniseLong, recogniseElsewhere] as const

export type Send = (
  definition: (typeof recogniseJobs)[number],
  it: z.input<typeof payload>,
  options: SendOptions,
) => Promise<unknown>

interface Order {
  transcriptId: string
  userId: string
  duration_ms: number
  engine: string
}

/** Puts a pass into the queue that fits its cost; of two that wait, the shorter one is first. */
export async function enqueue(send: Send, { transcriptId, userId, duration_ms, engine }: Order, tx: Db) {
  const short = duration_ms <= 5 * MINUTE_MS
  const definition = engine !== 'local' ? recogniseElsewhere : short ? recogniseShort : recogniseLong
  const priority = duration_ms < MINUTE_MS ? 30 : short ? 20 : duration_ms < 30 * MINUTE_MS ? 10 : 0
  await send(definition, { transcript_id: transcriptId }, { tx, userId, priority })
}

export const transcriptHandlers = (service: RecogniseService, mend: () => Promise<void>): JobHandler[] => [
  ...recogniseJobs.map((definition) =>
    handler(definition, ({ transcript_id }, context) => service.recognise(transcript_id, context)),
  ),
  handler(mendTranscripts, mend),
]
