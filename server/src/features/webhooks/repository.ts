import { and, arrayContains, asc, desc, eq, lt, or, sql } from 'drizzle-orm'
import type { Db } from '../../platform/database/connect.ts'
import { webhookDeliveries, webhooks } from '../../platform/database/schema/index.ts'

export type WebhookRow = typeof webhooks.$inferSelect
export type DeliveryRow = typeof webhookDeliveries.$inferSelect

export const webhookRepository = (db: Db) => ({
  list: (userId: string) =>
    db.select().from(webhooks).where(eq(webhooks.user_id, userId)).orderBy(asc(webhooks.created_at), asc(webhooks.id)),
  async find(userId: string, id: string): Promise<WebhookRow | null> {
    const [row] = await db
      .select()
      .from(webhooks)
      .where(and(eq(webhooks.id, id), eq(webhooks.user_id, userId)))
    return row ?? null
  },
  listening: (userId: string, event: string) =>
    db
      .select({ id: webhooks.id })
      .from(webhooks)
      .where(and(eq(webhooks.user_id, userId), eq(webhooks.is_active, true), arrayContains(webhooks.events, [event]))),
  async insert(it: typeof webhooks.$inferInsert): Promise<WebhookRow> {
    const [row] = await db.insert(webhooks).values(it).returning()
    return row!
  },
  async update(id: string, it: Partial<typeof webhooks.$inferInsert>): Promise<WebhookRow | null> {
    const [row] = await db.update(webhooks).set(it).where(eq(webhooks.id, id)).returning()
    return row ?? null
  },
  async delete(id: string) {
    await db.delete(webhooks).where(eq(webhooks.id, id))
  },

  async insertDelivery(it: typeof webhookDeliveries.$inferInsert): Promise<DeliveryRow> {
    const [row] = await db.insert(webhookDeliveries).values(it).returning()
    return row!
  },
  deliveries: (webhookId: string, after: { at: Date; id: string } | null, limit: number) =>
    db
      .select()
      .from(webhookDeliveries)
      .where(
        and(
          eq(webhookDeliveries.webhook_id, webhookId),
          after
            ? or(
                lt(webhookDeliveries.created_at, after.at),
                and(eq(webhookDeliveries.created_at, after.at), lt(webhookDeliveries.id, after.id)),
              )
            : undefined,
        ),
      )
      .orderBy(desc(webhookDeliveries.created_at), desc(webhookDeliveries.id))
      .limit(limit),
  async delivery(webhookId: string, id: string): Promise<DeliveryRow | null> {
    const [row] = await db
      .select()
      .from(webhookDeliveries)
      .where(and(eq(webhookDeliveries.id, id), eq(webhookDeliveries.webhook_id, webhookId)))
    return row ?? null
  },
  /** A delivery with where it goes; null when either is gone. */
  async toSend(id: string): Promise<{ delivery: DeliveryRow; webhook: WebhookRow } | null> {
    const [row] = await db
      .select({ delivery: webhookDeliveries, webhook: webhooks })
      .from(webhookDeliveries)
      .innerJoin(webhooks, eq(webhooks.id, webhookDeliveries.webhook_id))
      .where(eq(webhookDeliveries.id, id))
    return row ?? null
  },
  /** What came of an attempt, unless somebody was faster; answers whether it was entered. */
  async enterAttempt(id: string, attempt: number, it: Partial<typeof webhookDeliveries.$inferInsert>) {
    const entered = await db
      .update(webhookDeliveries)
      .set({ ...it, attempts: attempt })
      .where(
        and(
          eq(webhookDeliveries.id, id),
          eq(webhookDeliveries.attempts, attempt - 1),
          eq(webhookDeliveries.status, 'pending'),
        ),
      )
      .returning({ id: webhookDeliveries.id })
    return entered.length > 0
  },
  async again(id: string): Promise<DeliveryRow> {
    const [row] = await db
      .update(webhookDeliveries)
      .set({ status: 'pending', attempts: 0, error: null, response_status: null, next_attempt_at: sql`now()` })
      .where(eq(webhookDeliveries.id, id))
      .returning()
    return row!
  },
  async prune(before: Date) {
    await db.delete(webhookDeliveries).where(lt(webhookDeliveries.created_at, before))
  },
})
export type WebhookRepository = ReturnType<typeof webhookRepository>
