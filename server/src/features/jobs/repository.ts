import { and, count, desc, eq, gt, inArray, lt, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../platform/database/connect.ts'
import { artifacts, doomedFiles, jobs } from '../../platform/database/schema/index.ts'

export type JobRow = typeof jobs.$inferSelect
export type ArtifactRow = typeof artifacts.$inferSelect
export interface JobFilter {
  status?: JobRow['status'] | undefined
  type?: JobRow['type'] | undefined
}

const open = inArray(jobs.status, ['queued', 'processing'])

const matching = (userId: string, { status, type }: JobFilter): SQL | undefined =>
  and(eq(jobs.user_id, userId), status && eq(jobs.status, status), type && eq(jobs.type, type))

export const jobRepository = (db: Db) => ({
  async insert(it: typeof jobs.$inferInsert): Promise<JobRow> {
    const [row] = await db.insert(jobs).values(it).returning()
    return row!
  },
  async find(id: string): Promise<JobRow | null> {
    const [row] = await db.select().from(jobs).where(eq(jobs.id, id))
    return row ?? null
  },
  /** Until the transaction ends, no other begins with this key of this person: twins come one after the other. */
  async holdKey(userId: string, key: string) {
    await db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`${userId} ${key}`}, 8))`)
  },
  async findByKey(userId: string, key: string, since: Date): Promise<JobRow | null> {
    const [row] = await db
      .select()
      .from(jobs)
      .where(and(eq(jobs.user_id, userId), eq(jobs.idempotency_key, key), gt(jobs.created_at, since)))
    return row ?? null
  },
  /** Held until the transaction ends. */
  async lock(id: string): Promise<JobRow | null> {
    const [row] = await db.select().from(jobs).where(eq(jobs.id, id)).for('update')
    return row ?? null
  },
  list: (userId: string, filter: JobFilter, limit: number, offset: number) =>
    db
      .select()
      .from(jobs)
      .where(matching(userId, filter))
      .orderBy(desc(jobs.created_at), desc(jobs.id))
      .limit(limit)
      .offset(offset),
  async total(userId: string, filter: JobFilter): Promise<number> {
    const [row] = await db.select({ total: count() }).from(jobs).where(matching(userId, filter))
    return row?.total ?? 0
  },
  async update(id: string, it: Partial<typeof jobs.$inferInsert>) {
    await db.update(jobs).set(it).where(eq(jobs.id, id))
  },
  /** Takes an open job to work; null where it was deleted or has ended. */
  async begin(id: string): Promise<JobRow | null> {
    const [row] = await db
      .update(jobs)
      .set({ status: 'processing', progress: 0 })
      .where(and(eq(jobs.id, id), open))
      .returning()
    return row ?? null
  },
  /** Whether there is still something to work for. */
  async report(id: string, progress: number): Promise<boolean> {
    const found = await db
      .update(jobs)
      .set({ progress })
      .where(and(eq(jobs.id, id), eq(jobs.status, 'processing')))
      .returning({ id: jobs.id })
    return found.length > 0
  },
  /** Leaves the work to another attempt, unless it was ended meanwhile. */
  async requeue(id: string) {
    await db
      .update(jobs)
      .set({ status: 'queued', progress: 0 })
      .where(and(eq(jobs.id, id), eq(jobs.status, 'processing')))
  },
  async delete(id: string) {
    await db.delete(jobs).where(eq(jobs.id, id))
  },
  openSince: (before: Date, limit: number) =>
    db
      .select({ id: jobs.id })
      .from(jobs)
      .where(and(open, lt(jobs.created_at, before)))
      .orderBy(jobs.created_at)
      .limit(limit),

  async addArtifacts(them: (typeof artifacts.$inferInsert)[]) {
    await db.insert(artifacts).values(them)
  },
  artifactsOf: async (jobIds: string[]): Promise<ArtifactRow[]> =>
    jobIds.length === 0
      ? []
      : await db
          .select()
          .from(artifacts)
          .where(inArray(artifacts.job_id, jobIds))
          .orderBy(artifacts.created_at, artifacts.kind),
  async artifact(id: string): Promise<ArtifactRow | null> {
    const [row] = await db.select().from(artifacts).where(eq(artifacts.id, id))
    return row ?? null
  },

  async doom(prefix: string, at: Date) {
    await db
      .insert(doomedFiles)
      .values({ storage_key: prefix, remove_after: at })
      .onConflictDoUpdate({ target: doomedFiles.storage_key, set: { remove_after: sql`excluded.remove_after` } })
  },
  async postpone(prefix: string, at: Date) {
    await db.update(doomedFiles).set({ remove_after: at }).where(eq(doomedFiles.storage_key, prefix))
  },
  /** False: the sweep was faster, and the files are gone. */
  async claim(prefix: string): Promise<boolean> {
    const rows = await db.delete(doomedFiles).where(eq(doomedFiles.storage_key, prefix)).returning()
    return rows.length > 0
  },
})
export type JobRepository = ReturnType<typeof jobRepository>
