/** `node bench/redaction/run.ts [sentences|fresh]`: the table of the README; with a set's name also what went wrong in it. */
import { type Measured, measure, precision, readLabelled, recall } from './measure.ts'

const print = (line: string) => process.stdout.write(`${line}\n`)
const share = (value: number) => `${(value * 100).toFixed(0)} %`.padStart(6)
const row = (name: string, counts: Measured['all']) =>
  print(
    `${name.padEnd(8)} recall ${share(recall(counts))} of ${String(counts.said).padStart(3)}   precision ${share(precision(counts))} of ${String(counts.taken).padStart(3)}`,
  )

const wanted = process.argv[2]
for (const set of ['sentences', 'fresh'] as const) {
  const measured = await measure(await readLabelled(set))
  print(`${set}:`)
  for (const [kind, counts] of Object.entries(measured.kinds)) row(kind, counts)
  for (const [language, counts] of Object.entries(measured.languages)) row(language, counts)
  row('all', measured.all)
  if (set !== wanted) continue
  for (const it of measured.leaks) print(`stayed  ${it}`)
  for (const it of measured.blunders) print(`blunder ${it}`)
}
