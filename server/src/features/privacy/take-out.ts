import { and, asc, eq, getTableColumns, gt, isNull } from 'drizzle-orm'
import type { Db } from '../../platform/database/connect.ts'
import {
  comments,
  conversations,
  edits,
  recordings,
  segments,
  shares,
  transcripts,
} from '../../platform/database/schema/index.ts'
import type { Files } from '../../platform/files/port.ts'
import { folderOf } from '../conversations/index.ts'
import type { Highlights } from '../highlights/index.ts'
import type { Tasks } from '../tasks/index.ts'

const CONVERSATIONS_A_PAGE = 50
const SEGMENTS_A_PAGE = 1_000

interface TakeOutOptions {
  db: Db
  files: Files
  highlights: Highlights
  tasks: Tasks
}

const encoder = new TextEncoder()
const members = (it: object) => Object.entries(it).map(([name, value]) => `"${name}":${JSON.stringify(value)}`)

const { title_search, user_id, deleted_at, ...conversationColumns } = getTableColumns(conversations)
const { search, user_id: owner, conversation_id, ...segmentColumns } = getTableColumns(segments)
const { conversation_id: ofConversation, ...transcriptColumns } = getTableColumns(transcripts)
const { token_hash, ...shareColumns } = getTableColumns(shares)

/** What a person takes along of conversations: words old and new as JSON, and the recording. One at a time, in pieces. */
export function takeOut({ db, files, highlights, tasks }: TakeOutOptions) {
  const page = (userId: string, after: string | null) =>
    db
      .select(conversationColumns)
      .from(conversations)
      .where(
        and(
          eq(conversations.user_id, userId),
          isNull(conversations.deleted_at),
          after ? gt(conversations.id, after) : undefined,
        ),
      )
      .orderBy(asc(conversations.id))
      .limit(CONVERSATIONS_A_PAGE)

  async function* segmentsOf(transcriptId: string | null) {
    let after = -1
    while (transcriptId) {
      const some = await db
        .select(segmentColumns)
        .from(segments)
        .where(and(eq(segments.transcript_id, transcriptId), gt(segments.idx, after)))
        .orderBy(asc(segments.idx))
        .limit(SEGMENTS_A_PAGE)
      yield* some
      if (some.length < SEGMENTS_A_PAGE) return
      after = some.at(-1)!.idx
    }
  }

  type Conversation = Awaited<ReturnType<typeof page>>[number]
  type Pieces = AsyncGenerator<Uint8Array<ArrayBuffer>>

  /** An object of these members, with the segments of a transcript among them, which may be many. */
  async function* withSegments(before: object, transcriptId: string | null, after: object = {}): Pieces {
    yield encoder.encode(`{${[...members(before), '"segments":['].join(',')}`)
    let first = true
    for await (const segment of segmentsOf(transcriptId)) {
      yield encoder.encode(`${first ? '' : ','}\n${JSON.stringify(segment)}`)
      first = false
    }
    yield encoder.encode(`${['\n]', ...members(after)].join(',')}}`)
  }

  const transcriptsOf = (conversationId: string) =>
    db
      .select(transcriptColumns)
      .from(transcripts)
      .where(eq(transcripts.conversation_id, conversationId))
      .orderBy(asc(transcripts.version))

  async function* json({ transcript_id, ...conversation }: Conversation): Pieces {
    const { id } = conversation
    const [marked, todo, links, said, changes] = await Promise.all([
      highlights.of(id),
      tasks.of(id),
      db.select(shareColumns).from(shares).where(eq(shares.conversation_id, id)),
      db.select().from(comments).where(eq(comments.conversation_id, id)),
      db.select().from(edits).where(eq(edits.conversation_id, id)).orderBy(asc(edits.at)),
    ])
    const beside = { highlights: marked, tasks: todo, shares: links, comments: said, edits: changes }
    yield* withSegments({ conversation }, transcript_id, beside)
  }

  async function* bytes(body: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    for await (const chunk of body) yield new Uint8Array(chunk)
  }

  return async function* exported(userId: string) {
    for (let after: string | null = null; ; ) {
      const rows: Awaited<ReturnType<typeof page>> = await page(userId, after)
      for (const row of rows) {
        const folder = folderOf(row)
        yield { path: `${folder}/conversation.json`, content: json(row) }
        for (const transcript of await transcriptsOf(row.id)) {
          if (transcript.id === row.transcript_id) continue
          const content = withSegments({ transcript }, transcript.id)
          yield { path: `${folder}/transcript-${transcript.version}.json`, content }
        }
        const [recording] = await db
          .select({ key: recordings.storage_key })
          .from(recordings)
          .where(and(eq(recordings.conversation_id, row.id), isNull(recordings.removed_at)))
        const file = recording && (await files.open(recording.key))
        if (recording && file) {
          const ending = /\.[a-z0-9]+$/.exec(recording.key)?.[0] ?? ''
          yield { path: `${folder}/audio${ending}`, content: bytes(file.body) }
        }
      }
      if (rows.length < CONVERSATIONS_A_PAGE) return
      after = rows.at(-1)!.id
    }
  }
}
