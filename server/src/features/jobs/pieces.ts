import type { Files } from '../../platform/files/port.ts'
import type { Utterance } from '../../speech/port.ts'
import { folderOf } from './inputs.ts'
import type { JobRow } from './repository.ts'

const EVERY_MS = 3_000

/** Gone when the job has ended, well or badly. */
export const heardFolder = (job: Pick<JobRow, 'user_id' | 'id'>) => `${folderOf(job)}heard/`

interface Piece {
  from_ms: number
  to_ms: number
  utterances: Utterance[]
}

/** What was heard in a part that began at this moment, on the clock of the whole recording. */
export const shifted = (it: Utterance, by_ms: number): Utterance => ({
  ...it,
  start_ms: it.start_ms + by_ms,
  end_ms: it.end_ms + by_ms,
  ...(it.words && {
    words: it.words.map((word) => ({ ...word, start_ms: word.start_ms + by_ms, end_ms: word.end_ms + by_ms })),
  }),
})

async function read(files: Files, key: string): Promise<Piece> {
  const file = await files.open(key)
  const chunks: Buffer[] = []
  for await (const chunk of file?.body ?? []) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString()) as Piece
}

/**
 * What a transcription has heard so far, kept in its folder, so that the successor of a killed worker goes on from
 * there. Each piece is a file of its own, named by where it begins, and is whole or not there.
 */
export function heardPieces(files: Files, job: JobRow, onFailure: (error: Error) => void) {
  const folder = heardFolder(job)
  let waiting: Utterance[] = []
  let from_ms = 0
  let last = performance.now()
  let busy: Promise<void> = Promise.resolve()

  async function write() {
    const utterances = [...waiting]
    const to_ms = Math.round(utterances.at(-1)?.end_ms ?? 0)
    if (to_ms <= from_ms) return
    const piece: Piece = { from_ms, to_ms, utterances }
    await files.put(`${folder}${String(from_ms).padStart(9, '0')}.json`, { body: Buffer.from(JSON.stringify(piece)) })
    waiting = waiting.slice(utterances.length)
    from_ms = to_ms
  }

  /** To be kept is a help and no condition: the work goes on without. */
  const flush = () => {
    busy = busy.then(write).catch(onFailure)
    return busy
  }

  return {
    /** What is here already. A piece that overlaps an earlier one is of a worker that was given up too early. */
    async resume() {
      const heard: Utterance[] = []
      for await (const { key } of files.list(folder)) {
        const piece = await read(files, key)
        if (piece.from_ms !== from_ms) continue
        heard.push(...piece.utterances)
        from_ms = piece.to_ms
      }
      return { heard, from_ms }
    },

    /** On the clock of the whole recording, in order. */
    add(it: Utterance) {
      waiting.push(it)
      if (performance.now() - last < EVERY_MS) return
      last = performance.now()
      void flush()
    },

    flush,
  }
}
