import { Worker } from 'node:worker_threads'
import type { RichDocument } from './document.ts'
import type { Table } from './excel.ts'

/** What the process makes. Each library is loaded when it is first needed: most servers never write all three. */
export type Work =
  | { format: 'pdf'; document: RichDocument }
  | { format: 'docx'; document: RichDocument }
  | { format: 'xlsx'; tables: Table[] }

export interface Assignment {
  id: number
  work: Work
}

export type Outcome = { id: number; memory: number } & ({ bytes: Uint8Array } | { error: string })

const make = async (work: Work): Promise<Uint8Array> => {
  if (work.format === 'pdf') return (await import('./typst/compile.ts')).compilePdf(work.document)
  if (work.format === 'docx') return (await import('./word.ts')).toWord(work.document)
  return (await import('./excel.ts')).toExcel(work.tables)
}

const reasonOf = (error: unknown) => {
  const { name, code } = error as { name?: unknown; code?: unknown }
  // Only what names the kind of failure: a message may quote the text that it failed on.
  return [name, typeof code === 'string' ? code.split(':')[0] : undefined].filter(Boolean).join(' ')
}

const answer = (outcome: Outcome) => process.send?.(outcome)

// One at a time: the next assignment comes after the answer.
process.on('message', async ({ id, work }: Assignment) => {
  try {
    const bytes = await make(work)
    answer({ id, memory: process.memoryUsage.rss(), bytes })
  } catch (error) {
    answer({ id, memory: process.memoryUsage.rss(), error: reasonOf(error) })
  }
})

// Laying out a page blocks this thread and takes memory that V8's limits do not count: somebody else has to look.
new Worker(new URL('./office-guard.ts', import.meta.url), { workerData: Number(process.argv[2]) }).unref()

// The server is gone, however it went: nobody waits for this document any more.
process.on('disconnect', () => process.exit(0))
