import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import type { FileAnswer } from '../../access/route.ts'
import type { Opened } from './policy.ts'
import { presentConversation, presentSegment } from './present.ts'
import type { ConversationRepository } from './repository.ts'
import type { SegmentRows } from './segment-rows.ts'

const PAGE = 1_000
const CACHE_BYTES = 48 * 1_048_576
const LARGEST_KEPT = 8 * 1_048_576
const WORTH_PACKING = 4_096

const pack = promisify(gzip)

interface Kept {
  plain: Buffer
  packed: Buffer | null
}

/** Answers by revision, the oldest leaving first: a conversation that did not change is written and packed once. */
function answerCache() {
  const kept = new Map<string, Kept>()
  let bytes = 0
  const sizeOf = ({ plain, packed }: Kept) => plain.length + (packed?.length ?? 0)
  const drop = (key: string) => {
    const it = kept.get(key)
    if (it && kept.delete(key)) bytes -= sizeOf(it)
  }
  return {
    get(key: string) {
      const it = kept.get(key)
      if (!it) return null
      kept.delete(key)
      kept.set(key, it)
      return it
    },
    set(key: string, it: Kept) {
      drop(key)
      if (sizeOf(it) > LARGEST_KEPT) return
      kept.set(key, it)
      bytes += sizeOf(it)
      for (const [oldest] of kept) {
        if (bytes <= CACHE_BYTES) break
        drop(oldest)
      }
    },
  }
}

interface ReadingOptions {
  repository: ConversationRepository
  segments: SegmentRows
}

interface Page {
  from_idx?: number | undefined
  limit?: number | undefined
  words?: 'true' | 'false' | undefined
}

/** Opening a conversation: all its segments at once, streamed when they are many, kept ready when they did not change. */
export function readingService({ repository, segments }: ReadingOptions) {
  const cache = answerCache()

  const describe = async (row: Opened) => presentConversation(row, await repository.around(row, new Date()))

  async function* json(row: Opened, described: string, { from_idx = 0, limit, words }: Page) {
    yield `{"ok":true,"conversation":${described},"segments":[`
    let left = limit ?? Number.POSITIVE_INFINITY
    let next = from_idx
    let first = true
    while (row.transcript_id && left > 0) {
      const some = await segments.page(row.transcript_id, next, Math.min(PAGE, left), words !== 'false')
      if (some.length > 0) yield (first ? '' : ',') + some.map((it) => JSON.stringify(presentSegment(it))).join(',')
      first = first && some.length === 0
      if (some.length < PAGE) break
      left -= some.length
      next = some.at(-1)!.idx + 1
    }
    yield ']}'
  }

  const answer = (body: Buffer | Readable, headers: Record<string, string>): FileAnswer => ({
    type: 'application/json; charset=utf-8',
    body,
    headers: { vary: 'accept-encoding', ...headers },
  })

  return {
    describe,

    async answer(row: Opened<'read'>, page: Page, accepts: string, known: string | undefined): Promise<FileAnswer> {
      // The description holds the revision, which every change of a segment counts up, and what changes without it.
      const described = JSON.stringify(await describe(row))
      const place = `${row.id}:${page.from_idx ?? ''}:${page.limit ?? ''}:${page.words ?? ''}`
      const etag = `W/"${createHash('sha1').update(place).update(described).digest('base64url')}"`
      if (known?.split(/\s*,\s*/).includes(etag)) return { ...answer(Buffer.alloc(0), { etag }), status: 304 }
      const key = `${place}:${etag}`
      let kept = cache.get(key)
      if (!kept) {
        const parts: string[] = []
        let size = 0
        const pieces = json(row, described, page)
        for (;;) {
          const { value, done } = await pieces.next()
          if (done) break
          parts.push(value)
          size += value.length
          // Too long to keep: what was read goes out, and the rest follows as it is read.
          if (size > LARGEST_KEPT) return answer(Readable.from(chain(parts, pieces)), { etag })
        }
        kept = { plain: Buffer.from(parts.join('')), packed: null }
        cache.set(key, kept)
      }
      if (kept.plain.length < WORTH_PACKING || !/\bgzip\b/.test(accepts)) return answer(kept.plain, { etag })
      if (!kept.packed) {
        kept = { ...kept, packed: await pack(kept.plain, { level: constants.Z_BEST_SPEED + 2 }) }
        cache.set(key, kept)
      }
      return answer(kept.packed!, { etag, 'content-encoding': 'gzip' })
    },
  }
}

async function* chain(parts: string[], rest: AsyncGenerator<string>) {
  yield* parts
  yield* rest
}

export type Reading = ReturnType<typeof readingService>
