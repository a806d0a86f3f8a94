import { and, eq, isNull } from 'drizzle-orm'
import type { Db } from '../../platform/database/connect.ts'
import { billingCodes, billingRows } from '../../platform/database/schema/index.ts'

export type BillingRow = typeof billingRows.$inferSelect

export const billingRepository = (db: Db) => ({
  /** Whose code it is; the first who uses one keeps it. */
  async ownerOf(code: string, userId: string): Promise<string> {
    await db.insert(billingCodes).values({ code, user_id: userId }).onConflictDoNothing()
    const [row] = await db
      .select({ user_id: billingCodes.user_id })
      .from(billingCodes)
      .where(eq(billingCodes.code, code))
    return row!.user_id
  },
  async insert(it: typeof billingRows.$inferInsert): Promise<BillingRow> {
    const [row] = await db.insert(billingRows).values(it).returning()
    return row!
  },
  /** A row that is not in its sheet yet; null when it is, or is gone. */
  async waiting(id: string): Promise<BillingRow | null> {
    const [row] = await db
      .select()
      .from(billingRows)
      .where(and(eq(billingRows.id, id), isNull(billingRows.in_sheet_at)))
    return row ?? null
  },
  async entered(id: string, at: Date) {
    await db.update(billingRows).set({ in_sheet_at: at }).where(eq(billingRows.id, id))
  },
  /** The code, held until the transaction ends: two rows at once must not make two sheets. */
  async lockCode(code: string): Promise<{ sheet_id: string | null } | null> {
    const [row] = await db
      .select({ sheet_id: billingCodes.sheet_id })
      .from(billingCodes)
      .where(eq(billingCodes.code, code))
      .for('update')
    return row ?? null
  },
  async setSheet(code: string, sheet_id: string | null) {
    await db.update(billingCodes).set({ sheet_id }).where(eq(billingCodes.code, code))
  },
  of: (userId: string) => db.select().from(billingRows).where(eq(billingRows.user_id, userId)),
})
export type BillingRepository = ReturnType<typeof billingRepository>
