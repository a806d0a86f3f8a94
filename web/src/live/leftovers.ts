import type { ChunkStore, Recording } from './store.ts'

/**
 * What an earlier page left here: recordings that the server does not have whole. Each is counted anew, because a crash
 * may have come between keeping a chunk and counting it. They are ended: a reload went between their sound and now.
 */
export async function leftovers(store: ChunkStore): Promise<Recording[]> {
  const all = await store.all()
  return Promise.all(
    all.map(async (it) => ({
      ...it,
      recorded: Math.max(it.next_seq, await store.last(it.id)),
    })),
  )
}

/** One tab at a time feeds a recording; the others leave it alone. Undefined: another has it. */
export function alone<T>(id: string, work: () => Promise<T>): Promise<T | undefined> {
  if (!('locks' in navigator)) return work()
  return navigator.locks.request(`mina-live-${id}`, { ifAvailable: true }, (lock) => (lock ? work() : undefined))
}
