import type { PreviousUpload } from 'tus-js-client'
import { queries, sessionQuery } from '../../app/session.ts'

const all = 'mina.upload::'
/** The server gives up what got no byte for a day. */
const lastsMs = 24 * 3_600_000

/** Each person's own: what one has begun to send is no other's to see, or to go on with. */
const mine = () => `${all}${queries.getQueryData(sessionQuery.queryKey)?.id ?? ''}::`

function found(prefix: string): PreviousUpload[] {
  return Object.keys(localStorage)
    .filter((key) => key.startsWith(prefix))
    .flatMap((key) => {
      try {
        const kept: PreviousUpload = JSON.parse(localStorage.getItem(key) ?? '')
        if (Date.now() - new Date(kept.creationTime).getTime() < lastsMs) return { ...kept, urlStorageKey: key }
      } catch {
        // Not ours, or cut off: of no use either way.
      }
      localStorage.removeItem(key)
      return []
    })
}

/** Where uploads go on after a reload of the page: the address of each, by its file. */
export const keptUploads = {
  findAllUploads: async () => found(mine()),
  findUploadsByFingerprint: async (fingerprint: string) => found(`${mine()}${fingerprint}::`),
  removeUpload: async (key: string) => localStorage.removeItem(key),
  async addUpload(fingerprint: string, upload: PreviousUpload) {
    const key = `${mine()}${fingerprint}::${crypto.randomUUID()}`
    localStorage.setItem(key, JSON.stringify(upload))
    return key
  },
}

export function forgetUploads() {
  for (const key of Object.keys(localStorage)) if (key.startsWith(all)) localStorage.removeItem(key)
}
