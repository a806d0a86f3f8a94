import type { Clock } from '../../platform/clock.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { StreamEvent } from '../../speech/port.ts'
import { engineFor, liveRecognition, type RecognitionOptions } from './recognition.ts'
import type { LiveRow } from './repository.ts'
import type { Running, RunningSessions } from './running.ts'
import { liveSession } from './session.ts'
import type { Tapes } from './tape.ts'
import type { Watching } from './watching.ts'
import { watched } from './wire.ts'

export interface OpeningOptions extends RecognitionOptions {
  clock: Clock
  tapes: Tapes
  watching: Watching
  running: RunningSessions
  mostSeconds: number
}

export interface Opening {
  diarize?: boolean | undefined
  onEvent?: ((event: StreamEvent) => void) | undefined
}

/** Joins row, tape, engine and viewers to a session that runs here. */
export const sessionOpener = (options: OpeningOptions) =>
  async function open(row: LiveRow, { diarize = false, onEvent }: Opening = {}): Promise<Running> {
    const { repository, running, watching } = options
    const found = await repository.transcript(row.conversation_id)
    if (!found?.transcript_id) throw new Refusal('not_found', 'There is no such conversation.')
    const place = { ...found, transcript_id: found.transcript_id }
    const tape = await options.tapes.open(row)
    const recognition = await liveRecognition(options, { row, place, diarize })
    const giveBack = running.takeSeat()
    const leave = () => {
      recognition.end()
      giveBack?.()
      running.leave(session)
    }
    const session = liveSession({
      ...options,
      ...{ row, tape, recognition },
      seated: giveBack !== null,
      engine: nameOfEngine(options, row),
      ...(onEvent && { onEvent }),
      broadcast: (name, message) => {
        if (watched.has(name)) watching.tell(row.conversation_id, name, message)
      },
      onReleased: leave,
    })
    const it = { session, recognition, transcriptId: place.transcript_id, seated: giveBack !== null, leave }
    running.enter(it)
    return it
  }

function nameOfEngine({ recognisers }: OpeningOptions, row: LiveRow) {
  try {
    return engineFor(recognisers, row).name
  } catch {
    return 'none'
  }
}
