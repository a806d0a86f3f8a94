import type { Principal } from '../../access/principal.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database/connect.ts'
import { inTransaction } from '../../platform/database/transaction.ts'
import type { Log } from '../../platform/log.ts'
import { Hopeless } from '../../platform/queue/job.ts'
import type { Queue } from '../../platform/queue/queue.ts'
import { Refusal } from '../../platform/refusal.ts'
import { enterInSheet } from './jobs.ts'
import type { BillingRepository, BillingRow } from './repository.ts'
import { SheetError, type Sheets } from './sheets.ts'

interface BillingParts {
  db: Db
  repository: (db: Db) => BillingRepository
  queue: Pick<Queue, 'send'>
  sheets: Sheets | null
  ratePerMinute: number
  clock: Clock
  log: Log
}

interface Form {
  user_code?: string | undefined
  fileName?: string | undefined
  duration?: string | undefined
}

const header = [
  'Data e Ora',
  'Nome File',
  'Durata (minuti)',
  'Costo Unitario (€)',
  'Costo Totale (€)',
  'Billed',
] as const

const CODE = /^[A-Za-z0-9_-]{1,64}$/
const MOST_NAME = 500
const MOST_MINUTES = 1_000_000

export const money = (amount: number) => amount.toFixed(2)

const minutesOf = (text: string) => {
  const minutes = /^\s*\+?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : Number.NaN
  if (!(minutes >= 0 && minutes <= MOST_MINUTES))
    throw new Refusal('bad_request', `Invalid duration value: ${text.slice(0, 100)}`)
  return minutes
}

const rowOf = ({ at, filename, duration_min, cost_per_minute, total_cost }: BillingRow) => [
  at.toISOString().slice(0, 19).replace('T', ' '),
  filename,
  duration_min,
  money(cost_per_minute),
  money(total_cost),
  'YES',
]

/** The billing log by customer code, here and, where an account is set up, in a Google Sheet for each code. */
export function billing({ db, repository, queue, sheets, ratePerMinute, clock, log }: BillingParts) {
  return {
    async log({ userId }: Principal, { user_code, fileName, duration }: Form): Promise<BillingRow> {
      if (!user_code || !fileName || !duration)
        throw new Refusal('bad_request', 'Missing required parameters: user_code, fileName, or duration')
      if (!CODE.test(user_code))
        throw new Refusal('bad_request', 'user_code: may hold 1 to 64 letters, digits, - and _ only.')
      const minutes = minutesOf(duration)
      return await inTransaction(db, async (tx) => {
        const rows = repository(tx)
        if ((await rows.ownerOf(user_code, userId)) !== userId)
          throw new Refusal('forbidden', 'This user_code belongs to another account.')
        const row = await rows.insert({
          user_id: userId,
          code: user_code,
          filename: fileName.slice(0, MOST_NAME),
          duration_min: minutes,
          cost_per_minute: ratePerMinute,
          total_cost: minutes * ratePerMinute,
          at: clock.now(),
        })
        if (sheets) await queue.send(enterInSheet, { row_id: row.id }, { tx, userId })
        return row
      })
    },

    /** Enters a row in its sheet; where Google is down the queue comes again. */
    async enter({ row_id }: { row_id: string }, signal: AbortSignal) {
      const row = await repository(db).waiting(row_id)
      if (!row || !sheets) return
      const title = `${row.code}_usage_audio_translate`
      try {
        const id = await db.transaction(async (tx) => {
          const code = await repository(tx).lockCode(row.code)
          if (!code || code.sheet_id) return code?.sheet_id ?? null
          const made = await sheets.ensure(title, header, signal)
          await repository(tx).setSheet(row.code, made)
          return made
        })
        if (!id) return
        await sheets.append(id, rowOf(row), signal)
        await repository(db).entered(row.id, clock.now())
      } catch (error) {
        if (!(error instanceof SheetError)) throw error
        log.warn({ row: row.id, status: error.status }, 'a row could not be entered in its sheet')
        // Somebody threw the sheet away: the next attempt makes a new one.
        if (error.status === 404) await repository(db).setSheet(row.code, null)
        if (error.lasting)
          throw new Hopeless(`${error.message} Check the service account and the APIs of its project.`, {
            cause: error,
          })
        throw error
      }
    },
  }
}
export type Billing = ReturnType<typeof billing>
