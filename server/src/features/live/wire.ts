import type { liveEvents } from '@mina/contract'
import type { z } from 'zod'
import type { Utterance } from '../../speech/port.ts'
import type { SegmentRow } from '../conversations/index.ts'

type Events = typeof liveEvents
export type Told = { [Name in keyof Events]: Events[Name]['from'] extends 'server' ? Name : never }[keyof Events]
export type Telling<Name extends Told> = z.input<Events[Name]['message']>

/** Says something that happened in a session. */
export type Tell = <Name extends Told>(name: Name, message: Telling<Name>) => void

/** A recording without a seat: no live words for now. */
export const noRoom = {
  code: 'full',
  message: 'This server has no room for more live words now. The sound is recorded; the words follow when you stop.',
} satisfies Telling<'warning'>

/** What viewers are told; the rest is between the server and the one who records. */
export const watched: ReadonlySet<Told> = new Set<Told>(['interim', 'final', 'stopped', 'started'])

export const interimOf = (conversation_id: string, idx: number, it: Utterance, stable_chars: number) =>
  ({
    ...{ conversation_id, idx, start_ms: it.start_ms, end_ms: it.end_ms, text: it.text, stable_chars },
    ...(it.speaker && { speaker: it.speaker }),
  }) satisfies Telling<'interim'>

export const finalOf = (conversation_id: string, it: SegmentRow) =>
  ({
    ...{ conversation_id, id: it.id, idx: it.idx, start_ms: it.start_ms, end_ms: it.end_ms, text: it.text },
    confidence: it.confidence,
    ...(it.speaker && { speaker: it.speaker }),
    ...(it.words && { words: it.words.map(({ text, start_ms, end_ms }) => ({ text, start_ms, end_ms })) }),
  }) satisfies Telling<'final'>
