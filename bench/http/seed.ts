import { sql } from 'drizzle-orm'
import { type Db, openDatabase } from '../../server/src/platform/database/connect.ts'
import { silentLog } from '../../server/src/platform/log.ts'

const words =
  "ARRAY['budget','launch','review','contract','harbour','customer','quarter','delay','design','weather','invoice','meeting','garden','signal','bridge','answer']"
const sentence = sql.raw(
  `(SELECT string_agg((${words})[1 + (random() * 15 + (g.n + w.n) * 0)::int], ' ') FROM generate_series(1, 14) AS w(n)) || ' number ' || g.n`,
)

/** Full-text indexes are made faster at once than row by row: without it, a million segments take longer than the bench. */
async function withoutSearchIndexes(db: Db, fill: () => Promise<string>): Promise<string> {
  const { rows } = await db.execute<{ name: string; definition: string }>(sql`
    SELECT indexname AS name, indexdef AS definition FROM pg_indexes
    WHERE tablename = 'segments' AND indexname IN ('segments_by_words', 'segments_by_trigrams')`)
  for (const { name } of rows) await db.execute(sql.raw(`DROP INDEX ${name}`))
  const result = await fill()
  for (const { definition } of rows) await db.execute(sql.raw(definition))
  return result
}

/** Conversations straight into the running server's database, and one of 2,000 segments, whose id is returned. */
export async function seed(dataDir: string, userId: string, size: { conversations: number; segments: number }) {
  const database = await openDatabase({ dataDir, log: silentLog, statementTimeoutMs: 3_600_000 })
  const each = Math.max(1, Math.round(size.segments / size.conversations))
  const fill = async (title: string, conversations: number, segments: number) => {
    const { rows } = await database.db.execute<{ id: string }>(sql`
      WITH made AS (
        INSERT INTO conversations (user_id, title, status, source, duration_ms, word_count, opening, created_at)
        SELECT ${userId}::uuid, ${title} || ' ' || g.n, 'final', 'upload', ${segments * 4000}, ${segments * 16},
          'The first words', now() - g.n * interval '1 minute'
        FROM generate_series(1, ${conversations}::int) AS g(n) RETURNING id
      ), read AS (
        INSERT INTO transcripts (conversation_id, version, engine, status) SELECT id, 1, 'local', 'done' FROM made
        RETURNING id, conversation_id
      ), spoken AS (
        INSERT INTO segments (conversation_id, transcript_id, user_id, idx, start_ms, end_ms, text, is_final, speaker, word_count)
        SELECT read.conversation_id, read.id, ${userId}::uuid, g.n, g.n * 4000, g.n * 4000 + 3900, ${sentence}, true,
          'Speaker ' || (1 + g.n % 3), 16
        FROM read, generate_series(0, ${segments - 1}::int) AS g(n)
      )
      SELECT conversation_id AS id FROM read LIMIT 1`)
    const [first] = rows
    if (!first) throw new Error('Nothing was seeded.')
    return first.id
  }
  try {
    const long = await withoutSearchIndexes(database.db, async () => {
      await fill('A talk', size.conversations, each)
      return await fill('A long meeting', 1, 2_000)
    })
    await database.db.execute(sql`
      UPDATE conversations SET transcript_id = transcripts.id
      FROM transcripts WHERE transcripts.conversation_id = conversations.id AND conversations.transcript_id IS NULL`)
    await database.db.execute(sql`VACUUM ANALYZE`)
    return long
  } finally {
    await database.close()
  }
}
