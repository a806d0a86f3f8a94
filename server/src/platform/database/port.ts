import type { NodePgDatabase } from 'drizzle-orm/node-postgres'

/** The database as features see it: Drizzle over node-postgres; a transaction is one too. */
export type Database = Pick<
  NodePgDatabase,
  'select' | 'selectDistinct' | 'insert' | 'update' | 'delete' | 'execute' | 'transaction' | '$count'
>
