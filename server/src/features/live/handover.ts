import type { Bus } from '../../platform/bus.ts'

/** A process that does not answer within this time is taken for dead; the fence keeps it out if it is not. */
const PATIENCE_MS = 1_000

interface Released {
  id: string
  fence: number
  why: 'taken' | 'orphaned'
}

interface HandoverOptions {
  bus: Bus
  process: string
  /** Resolves once this process has let go of its older session. */
  release: (it: Released) => Promise<void>
}

/** Brings a session from the process that wrote it to the one that writes it now: nothing is left on the way. */
export function handover({ bus, process, release }: HandoverOptions) {
  const waiting = new Map<string, () => void>()
  const stops = [
    bus.subscribe('live.taken', ({ id, fence, why, by }) => {
      if (by === process) return
      void release({ id: String(id), fence: Number(fence), why: why === 'orphaned' ? 'orphaned' : 'taken' }).finally(
        () => bus.publish('live.released', { id, fence }).catch(() => {}),
      )
    }),
    bus.subscribe('live.released', ({ id, fence }) => waiting.get(`${id}:${fence}`)?.()),
  ]
  const publish = (it: Released) => bus.publish('live.taken', { ...it, by: process })

  return {
    async take({ id, fence, from }: { id: string; fence: number; from: string | null }) {
      await release({ id, fence, why: 'taken' })
      if (from === null || from === process) return
      const key = `${id}:${fence}`
      const { promise, resolve } = Promise.withResolvers<void>()
      waiting.set(key, resolve)
      const timer = setTimeout(resolve, PATIENCE_MS)
      await publish({ id, fence, why: 'taken' })
      await promise
      clearTimeout(timer)
      waiting.delete(key)
    },
    orphaned: (it: { id: string; fence: number }) => publish({ ...it, why: 'orphaned' }),
    close() {
      for (const stop of stops) stop()
    },
  }
}
