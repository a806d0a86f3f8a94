import { setTimeout as pause } from 'node:timers/promises'
import type { Db } from './connect.ts'
import { isConflictOfTransactions } from './errors.ts'

interface TransactionOptions {
  isolation?: 'read committed' | 'repeatable read' | 'serializable'
  attempts?: number
}

/**
 * Runs work in a transaction, and runs it again where another transaction was in the way (serialization failure,
 * deadlock). So the work must do nothing but database calls: what it did outside would happen twice.
 */
export const inTransaction = async <Result>(
  db: Db,
  work: (transaction: Db) => Promise<Result>,
  { isolation = 'read committed', attempts = 5 }: TransactionOptions = {},
): Promise<Result> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction(work, { isolationLevel: isolation })
    } catch (error) {
      if (attempt >= attempts || !isConflictOfTransactions(error)) throw error
      // Both losers of a conflict would meet again if they came back at the same moment.
      await pause(Math.random() * 10 * 2 ** attempt)
    }
  }
}
