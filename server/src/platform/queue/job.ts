import type { z } from 'zod'

/** A kind of background work, described apart from what carries it out. */
export interface JobDefinition<Payload extends z.ZodType = z.ZodType> {
  name: string
  /** Ids, never rows: a handler loads anew what it works on, and is content when it is gone. */
  payload: Payload
  /** Attempts beyond the first. */
  retries: number
  /** How many of these at once in one process. */
  concurrency: number
  /** Of these, how many for one user; the others wait their turn. */
  perUser?: number
  /** An attempt that takes longer is given up. */
  expireSeconds: number
  /** For work that comes by the clock: a cron line in UTC; runs once across processes. */
  schedule?: string
}

export const job = <const Payload extends z.ZodType>(it: JobDefinition<Payload>): JobDefinition<Payload> => it

export interface JobContext {
  id: string
  /** 1 for the first. */
  attempt: number
  lastAttempt: boolean
  /** Aborts on cancellation, shutdown and expiry. */
  signal: AbortSignal
}

export interface JobHandler {
  definition: JobDefinition
  handle: (payload: never, context: JobContext) => Promise<void>
}

/** Joins a definition with what carries it out. */
export const handler = <Payload extends z.ZodType>(
  definition: JobDefinition<Payload>,
  handle: (payload: z.output<Payload>, context: JobContext) => Promise<void>,
): JobHandler => ({ definition, handle })

/** Thrown by a handler where another attempt can not help: the job is set aside at once, with this reason. */
export class Hopeless extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'Hopeless'
  }
}
