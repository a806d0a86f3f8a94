import type { InsightTemplate, StoredTemplate } from '@mina/contract'
import { and, asc, eq } from 'drizzle-orm'
import type { Db } from '../../platform/database/connect.ts'
import { isUniqueViolation } from '../../platform/database/errors.ts'
import { insightTemplates } from '../../platform/database/schema/index.ts'
import { Refusal } from '../../platform/refusal.ts'
import { templates as builtIn } from '../insights/index.ts'

const MOST_TEMPLATES = 100
const IS_UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

type Row = typeof insightTemplates.$inferSelect

const unknownTemplate = () => new Refusal('not_found', 'There is no such template.')

export const templateRows = (db: Db) => ({
  of: (userId: string): Promise<Row[]> =>
    db.select().from(insightTemplates).where(eq(insightTemplates.user_id, userId)).orderBy(asc(insightTemplates.name)),

  async insert(it: typeof insightTemplates.$inferInsert): Promise<Row> {
    const [row] = await db.insert(insightTemplates).values(it).returning()
    return row!
  },

  async update(userId: string, id: string, it: { name: string; instructions: string }): Promise<Row | null> {
    const [row] = await db
      .update(insightTemplates)
      .set(it)
      .where(and(eq(insightTemplates.user_id, userId), eq(insightTemplates.id, id)))
      .returning()
    return row ?? null
  },

  async remove(userId: string, id: string): Promise<boolean> {
    const rows = await db
      .delete(insightTemplates)
      .where(and(eq(insightTemplates.user_id, userId), eq(insightTemplates.id, id)))
      .returning({ id: insightTemplates.id })
    return rows.length > 0
  },
})
export type TemplateRows = ReturnType<typeof templateRows>

const own = (row: Row): StoredTemplate => ({
  id: row.replaces ?? row.id,
  name: row.name,
  text: row.instructions,
  built_in: row.replaces !== null,
  edited: row.replaces !== null,
})

/** The four that come with Mina, each as its user changed it, and the user's own. */
export function templatesService(rows: TemplateRows) {
  async function list(userId: string): Promise<StoredTemplate[]> {
    const stored = await rows.of(userId)
    const replaced = new Map(stored.flatMap((row) => (row.replaces ? [[row.replaces, own(row)] as const] : [])))
    return [
      ...builtIn.map((it) => replaced.get(it.id) ?? { ...it, built_in: true, edited: false }),
      ...stored.filter((row) => row.replaces === null).map(own),
    ]
  }

  async function requireFree(userId: string, name: string, except: string | null) {
    const all = await list(userId)
    if (all.length >= MOST_TEMPLATES && except === null)
      throw new Refusal('bad_request', `There can be ${MOST_TEMPLATES} templates. Remove one first.`)
    if (all.some((it) => it.id !== except && it.name.toLowerCase() === name.toLowerCase())) throw taken()
  }

  const taken = () => new Refusal('exists', 'A template of this name is there already. Choose another name.')
  const unlessTaken = async <T>(write: Promise<T>): Promise<T> =>
    await write.catch((error: unknown) => {
      throw isUniqueViolation(error) ? taken() : error
    })

  return {
    list,

    async find(userId: string, id: string): Promise<InsightTemplate> {
      const found = (await list(userId)).find((it) => it.id === id)
      if (!found) throw unknownTemplate()
      return { id: found.id, name: found.name, text: found.text }
    },

    async create(userId: string, { name, text }: { name: string; text: string }) {
      await requireFree(userId, name, null)
      return own(await unlessTaken(rows.insert({ user_id: userId, name, instructions: text })))
    },

    async update(userId: string, id: string, it: { name?: string | undefined; text?: string | undefined }) {
      const now = (await list(userId)).find((template) => template.id === id)
      if (!now) throw unknownTemplate()
      const next = { name: it.name ?? now.name, instructions: it.text ?? now.text }
      await requireFree(userId, next.name, id)
      if (now.built_in && !now.edited)
        return own(await unlessTaken(rows.insert({ user_id: userId, replaces: id, ...next })))
      const stored = (await rows.of(userId)).find((row) => (row.replaces ?? row.id) === id)
      const row = stored ? await unlessTaken(rows.update(userId, stored.id, next)) : null
      if (!row) throw unknownTemplate()
      return own(row)
    },

    async remove(userId: string, id: string) {
      if (IS_UUID.test(id)) {
        if (!(await rows.remove(userId, id))) throw unknownTemplate()
        return
      }
      if (!builtIn.some((it) => it.id === id)) throw unknownTemplate()
      const stored = (await rows.of(userId)).find((row) => row.replaces === id)
      if (stored) await rows.remove(userId, stored.id)
    },
  }
}
export type Templates = ReturnType<typeof templatesService>
