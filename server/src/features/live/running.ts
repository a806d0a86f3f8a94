import { recogniserLag, sessionsRunning } from './metrics.ts'
import type { LiveRecognition } from './recognition.ts'
import type { LiveSession } from './session.ts'

/** So often the slowest recogniser is looked for. */
const LAG_MS = 2_000

/** A session that runs here, and what its end needs to know beside it. */
export interface Running {
  session: LiveSession
  recognition: LiveRecognition
  transcriptId: string
  /** False: there was no seat, so its words are a job's. */
  seated: boolean
  /** It has ended, or goes on elsewhere. */
  leave: () => void
}

/** The sessions of this process. So many of them as there are seats get live words; the others are recorded all the same. */
export function runningSessions(mostSeats: number) {
  const running = new Map<string, Running>()
  let seats = 0
  const lag = setInterval(() => {
    recogniserLag.set(Math.max(0, ...[...running.values()].map(({ session }) => session.lag_ms)))
  }, LAG_MS)

  return {
    get full() {
      return seats >= mostSeats
    },
    get: (id: string) => running.get(id)?.session,
    /** What belongs to a session, unless another has taken its place. */
    of(session: LiveSession) {
      const it = running.get(session.row.id)
      return it?.session === session ? it : undefined
    },
    all: () => [...running.values()].map(({ session }) => session),

    /** Room for live words, until it is given back; null where there is none. */
    takeSeat() {
      if (seats >= mostSeats) return null
      seats += 1
      let taken = true
      return () => {
        if (taken) seats -= 1
        taken = false
      }
    },
    enter(it: Running) {
      running.set(it.session.row.id, it)
      sessionsRunning.set(running.size)
    },
    leave(session: LiveSession) {
      if (!this.of(session)) return
      running.delete(session.row.id)
      sessionsRunning.set(running.size)
    },
    close: () => clearInterval(lag),
  }
}

export type RunningSessions = ReturnType<typeof runningSessions>
