import { audioDuration, logUsage } from '@mina/contract'
import { type ReceivedFile, serve } from '../../access/route.ts'
import { probe } from '../../audio/probe.ts'
import { Refusal } from '../../platform/refusal.ts'
import { type Billing, money } from './billing.ts'

/** A form with a file's field but no file in it is told so in the words that clients know. */
const audioIn = (files: readonly ReceivedFile[]): ReceivedFile => {
  const file = files.find((it) => it.field === 'audio')
  if (!file) throw new Refusal('bad_request', 'No audio file provided')
  if (file.size === 0 && file.filename === '') throw new Refusal('bad_request', 'No audio file selected')
  return file
}

export const utilityRoutes = (bills: Billing, maxSeconds: number) => [
  serve(audioDuration, async ({ files, request }) => {
    const { duration_ms } = await probe(audioIn(files).path, { maxSeconds, signal: request.signal })
    return { message: 'Audio processed successfully', duration_minutes: Math.round(duration_ms / 600) / 100 }
  }),
  serve(logUsage, async ({ principal, body }) => {
    const row = await bills.log(principal, body)
    return {
      message: 'File processed successfully',
      user_code: row.code,
      filename: row.filename,
      duration: row.duration_min,
      cost_per_minute: money(row.cost_per_minute),
      total_cost: money(row.total_cost),
      Billed: 'YES' as const,
    }
  }),
]
