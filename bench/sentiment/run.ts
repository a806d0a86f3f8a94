/** `node bench/sentiment/run.ts [tuning|held-out|fresh]`: prints the table of the README, and with a set's name its mistakes. */
import { measure, readLabelled } from './measure.ts'

const print = (line: string) => process.stdout.write(`${line}\n`)
const wanted = process.argv[2]
const labelled = await readLabelled()

for (const set of ['tuning', 'held-out', 'fresh']) {
  const result = await measure(labelled.filter((it) => it.set === set))
  print(`${set}: ${(result.accuracy * 100).toFixed(1)} % of ${result.sentences}`)
  print(
    `  kinds: ${Object.entries(result.kinds)
      .map(([kind, { right, of }]) => `${kind} ${right}/${of}`)
      .join(', ')}`,
  )
  print(`  confusion: ${JSON.stringify(result.confusion)}`)
  if (set === wanted) for (const it of result.wrong) print(`  ${it.label} → ${it.answered}: ${it.text}`)
}
