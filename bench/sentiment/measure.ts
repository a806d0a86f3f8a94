import { readFile } from 'node:fs/promises'
import { sentimentOf } from '../../server/src/text/sentiment/index.ts'

interface Labelled {
  label: string
  kind: string
  set: string
  text: string
}

export interface Measured {
  sentences: number
  accuracy: number
  /** Label, then what was answered, then how often. */
  confusion: Record<string, Record<string, number>>
  kinds: Record<string, { right: number; of: number }>
  wrong: (Labelled & { answered: string })[]
}

export async function readLabelled(): Promise<Labelled[]> {
  const table = await readFile(new URL('./sentences.tsv', import.meta.url), 'utf8')
  return table
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [label = '', kind = '', set = '', text = ''] = line.split('\t')
      return { label, kind, set, text }
    })
}

/** How often the embedded sentiment agrees with the labels. */
export async function measure(labelled: readonly Labelled[]): Promise<Measured> {
  const measured: Measured = { sentences: labelled.length, accuracy: 0, confusion: {}, kinds: {}, wrong: [] }
  for (const it of labelled) {
    const { sentiment } = await sentimentOf(it.text)
    const row = measured.confusion[it.label] ?? {}
    row[sentiment] = (row[sentiment] ?? 0) + 1
    measured.confusion[it.label] = row
    const kind = measured.kinds[it.kind] ?? { right: 0, of: 0 }
    kind.of += 1
    measured.kinds[it.kind] = kind
    if (sentiment === it.label) kind.right += 1
    else measured.wrong.push({ ...it, answered: sentiment })
  }
  measured.accuracy = labelled.length === 0 ? 0 : 1 - measured.wrong.length / labelled.length
  return measured
}
