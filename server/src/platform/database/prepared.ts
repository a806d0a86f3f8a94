import type { SQL } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import type { Db } from './connect.ts'

const dialect = new PgDialect()

/**
 * A statement that is written out, with `sql.placeholder` for its values. Each connection reads and plans it once, by
 * its name: of a short statement that is more than half of the cost.
 */
export function prepared<Row>(name: string, statement: SQL) {
  const query = dialect.sqlToQuery(statement)
  return async (db: Db, values: Record<string, unknown>): Promise<Row[]> => {
    const run = db._.session.prepareQuery<{ execute: { rows: Row[] }; all: never; values: never }>(
      query,
      undefined,
      name,
      false,
    )
    return (await run.execute(values)).rows
  }
}
