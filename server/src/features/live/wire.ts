import type { liveEvents } from '@mina/contract'
import type { z } from 'zod'

type Events = typeof liveEvents
export type Told = { [Name in keyof Events]: Events[Name]['from'] extends 'server' ? Name : never }[keyof Events]
export type Telling<Name extends Told> = z.input<Events[Name]['message']>

/** Says something that happened in a session. */
export type Tell = <Name extends Told>(name: Name, message: Telling<Name>) => void

/** What viewers are told; the rest is between the server and the one who records. */
export const watched: ReadonlySet<Told> = new Set<Told>(['interim', 'final', 'stopped', 'started'])
