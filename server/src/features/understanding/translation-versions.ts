import { and, desc, eq, sql } from 'drizzle-orm'
import type { Db } from '../../platform/database/connect.ts'
import { conversationTranslations, segments, translatedSegments } from '../../platform/database/schema/index.ts'
import { inTransaction } from '../../platform/database/transaction.ts'
import { changedTerms, speaksOf, withTermsOf } from '../../translation/glossary.ts'
import type { Glossary } from '../../translation/port.ts'
import { isUnderWay, takingTurns } from './work-rows.ts'

export interface TranslationWish {
  conversation_id: string
  transcript_id: string
  language: string
  engine: string
  /** The caller chose the engine, so what another one made is not what was asked for. */
  chosen: boolean
  /** Left out, that of the version before stays in force. */
  glossary: Glossary | undefined
  vocabulary: Glossary
}

/** Another version is being made; the named one is not whole; there is no such version. */
export type Unmade = 'busy' | 'unfinished' | 'unknown'

type Version = typeof conversationTranslations.$inferSelect
type NewVersion = typeof conversationTranslations.$inferInsert

/** Words that are settled: what there is to translate. */
export const translatable = sql`${segments.is_final} and trim(${segments.text}) <> ''`

/** The newest first. */
async function versionsOf(tx: Db, conversationId: string, language: string): Promise<Version[]> {
  await takingTurns(tx, conversationId)
  return await tx
    .select()
    .from(conversationTranslations)
    .where(
      and(
        eq(conversationTranslations.conversation_id, conversationId),
        eq(conversationTranslations.language, language),
      ),
    )
    .orderBy(desc(conversationTranslations.version))
}

/** The segments that a version translated as this transcript now reads, and as these terms want it. */
async function fitting(tx: Db, from: Version, transcriptId: string, terms: Glossary): Promise<string[]> {
  const speaks = speaksOf(changedTerms(from.terms ?? terms, terms))
  const rows = await tx
    .select({ id: segments.id, text: segments.text })
    .from(translatedSegments)
    .innerJoin(segments, eq(segments.id, translatedSegments.segment_id))
    .where(
      and(
        eq(translatedSegments.translation_id, from.id),
        eq(translatedSegments.revision, segments.revision),
        eq(segments.transcript_id, transcriptId),
        translatable,
      ),
    )
  return rows.filter(({ text }) => !speaks(text)).map((row) => row.id)
}

const copied = async (tx: Db, from: Version, to: Version, which: string[] | 'all') =>
  await tx.insert(translatedSegments).select(
    tx
      .select({
        translation_id: sql<string>`${to.id}::uuid`.as('translation_id'),
        segment_id: translatedSegments.segment_id,
        revision: translatedSegments.revision,
        text: translatedSegments.text,
      })
      .from(translatedSegments)
      .where(
        and(
          eq(translatedSegments.translation_id, from.id),
          which === 'all' ? undefined : sql`${translatedSegments.segment_id} = any(${sql.param(which)}::uuid[])`,
        ),
      ),
  )

const inserted = async (tx: Db, values: NewVersion): Promise<Version> =>
  (await tx.insert(conversationTranslations).values(values).returning())[0]!

/** How versions come to be. Each begins with what still fits of the one before, so that only the rest is to be done. */
export const translationVersions = (db: Db, now: () => Date) => ({
  /** Enters a wish and its job together. What is being made just so goes on, and what is up to date is the answer. */
  request: (wish: TranslationWish, send: (id: string, tx: Db) => Promise<void>): Promise<string | Unmade> =>
    inTransaction(db, async (tx) => {
      const { conversation_id, transcript_id, language, engine } = wish
      const [last] = await versionsOf(tx, conversation_id, language)
      const glossary = wish.glossary ?? last?.glossary ?? {}
      const terms = withTermsOf(glossary, wish.vocabulary)
      const isOthers = last !== undefined && last.engine !== engine
      const otherEngine = isOthers && wish.chosen

      if (last && isUnderWay(last, now())) {
        const otherTerms = Object.keys(changedTerms(last.glossary, glossary)).length > 0
        return otherEngine || otherTerms ? 'busy' : last.id
      }
      const fits = last && !otherEngine ? await fitting(tx, last, transcript_id, terms) : []
      const words = await tx.$count(segments, and(eq(segments.transcript_id, transcript_id), translatable))
      if (last?.status === 'done' && !otherEngine && fits.length === words) return last.id

      // A version is one engine's: its row names that one alone.
      const kept = isOthers ? [] : fits
      const begun = { engine, glossary, terms, transcript_id, updated_at: now() }
      if (last && last.status !== 'done') {
        // It never came to its end: this is its end, and no version of its own.
        const again = { ...begun, status: 'queued', progress: 0, error: null } as const
        await tx.update(conversationTranslations).set(again).where(eq(conversationTranslations.id, last.id))
        await tx
          .delete(translatedSegments)
          .where(
            and(
              eq(translatedSegments.translation_id, last.id),
              sql`${translatedSegments.segment_id} <> all(${sql.param(kept)}::uuid[])`,
            ),
          )
        await send(last.id, tx)
        return last.id
      }
      const version = (last?.version ?? 0) + 1
      const row = await inserted(tx, { conversation_id, language, version, ...begun })
      if (last) await copied(tx, last, row, kept)
      await send(row.id, tx)
      return row.id
    }),

  /** A former version as the newest one; the others stay. */
  restore: (conversationId: string, language: string, version: number): Promise<string | Unmade> =>
    inTransaction(db, async (tx) => {
      const versions = await versionsOf(tx, conversationId, language)
      const former = versions.find((it) => it.version === version)
      if (!former) return 'unknown'
      if (former.status !== 'done') return 'unfinished'
      // What is being made would end behind the restored one, and never be seen.
      if (versions.some((it) => isUnderWay(it, now()))) return 'busy'
      if (versions.find((it) => it.status === 'done') === former) return former.id
      const { id, created_at, ...content } = former
      const row = await inserted(tx, { ...content, version: versions[0]!.version + 1, updated_at: now() })
      await copied(tx, former, row, 'all')
      return row.id
    }),
})
