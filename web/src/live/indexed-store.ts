import { type DBSchema, openDB } from 'idb'
import type { Chunk, ChunkStore, Recording } from './store.ts'

interface Schema extends DBSchema {
  recordings: { key: string; value: Recording }
  chunks: { key: [string, number]; value: Chunk['pcm'] }
}

const all = (id: string, from = 0, to = Number.MAX_SAFE_INTEGER) => IDBKeyRange.bound([id, from], [id, to], false, true)

/** In IndexedDB: it survives a reload, a crash of the browser and hours without a connection. */
export async function indexedStore(name = 'mina-live'): Promise<ChunkStore> {
  const db = await openDB<Schema>(name, 1, {
    upgrade(it) {
      it.createObjectStore('recordings', { keyPath: 'id' })
      it.createObjectStore('chunks')
    },
  })
  // Without this a browser that runs out of space may clear what was not sent yet.
  await navigator.storage?.persist?.().catch(() => false)
  return {
    save: async (recording) => void (await db.put('recordings', recording)),
    all: () => db.getAll('recordings'),
    put: async (id, { seq, pcm }) => void (await db.put('chunks', pcm, [id, seq])),
    async read(id, from, most) {
      const chunks: Chunk[] = []
      let cursor = await db.transaction('chunks').store.openCursor(all(id, from))
      while (cursor && chunks.length < most) {
        chunks.push({ seq: cursor.key[1], pcm: cursor.value })
        cursor = await cursor.continue()
      }
      return chunks
    },
    async drop(id, before) {
      // A range without any number in it is refused.
      if (before > 0) await db.delete('chunks', all(id, 0, before))
    },
    async remove(id) {
      const change = db.transaction(['recordings', 'chunks'], 'readwrite')
      await Promise.all([
        change.objectStore('recordings').delete(id),
        change.objectStore('chunks').delete(all(id)),
        change.done,
      ])
    },
    async last(id) {
      const cursor = await db.transaction('chunks').store.openKeyCursor(all(id), 'prev')
      return cursor ? cursor.key[1] + 1 : 0
    },
  }
}
