import type { liveEvents } from '@mina/contract'
import type { z } from 'zod'

type Events = typeof liveEvents
export type Message<Name extends keyof Events> = z.input<Events[Name]['message']>
type Acked = { [Name in keyof Events]: Events[Name] extends { ack: z.ZodType } ? Name : never }[keyof Events]
export type Ack<Name extends Acked> = Events[Name] extends { ack: infer A extends z.ZodType } ? z.output<A> : never
export type Said = { [Name in keyof Events]: Events[Name]['from'] extends 'server' ? Name : never }[keyof Events]

/** The connection as the recorder needs it; the socket is one, tests bring another. */
export interface Link {
  /** Rejects when no acknowledgement came: the connection is gone, or the server too slow. */
  ask: <Name extends Acked>(name: Name, message: Message<Name>) => Promise<Ack<Name>>
  on: <Name extends Said>(name: Name, listener: (message: Message<Name>) => void) => () => void
  /** Now, and at each change. */
  onConnected: (listener: (connected: boolean) => void) => () => void
  close: () => void
}
