import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { probe } from '../server/src/audio/probe.ts'
import { tokenTable } from '../server/src/speech/engines/local/tokens.ts'
import { synthesise, wordErrors } from './speech/talk.ts'

/** Mina's engine against the bare one on the same talk and cores, in turns: `node bench/speech.ts [minutes] [rounds]`. */
const [minutes, rounds] = [Number(process.argv[2] ?? 10), Number(process.argv[3] ?? 3)]

interface Measured {
  wall: number
  cpu: number
  memory: number
  errors: number
  first?: number
}

/** Resident memory of a process and all below it; shared pages are counted once for each. */
async function treeMemory(root: number): Promise<number> {
  const children = new Map<number, number[]>()
  const sizes = new Map<number, number>()
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const text = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    if (fields.length < 22) continue
    const parent = Number(fields[1])
    children.set(parent, [...(children.get(parent) ?? []), Number(name)])
    sizes.set(Number(name), Number(fields[21]) * 4096)
  }
  const sum = (pid: number): number =>
    (sizes.get(pid) ?? 0) + (children.get(pid) ?? []).reduce((all, it) => all + sum(it), 0)
  return sum(root)
}

async function measure(script: string, args: string[], said: string): Promise<Measured> {
  const line = [
    '-c',
    'TIMEFORMAT="cpu %U %S"; time "$@"',
    'bash',
    process.execPath,
    join(import.meta.dirname, 'speech', script),
    ...args,
  ]
  const began = performance.now()
  const child = spawn('bash', line, { stdio: ['ignore', 'pipe', 'pipe'] })
  let memory = 0
  const watch = setInterval(async () => {
    memory = Math.max(memory, await treeMemory(child.pid!))
  }, 200)
  let heard = ''
  let told = ''
  child.stdout.on('data', (chunk) => {
    heard += chunk
  })
  child.stderr.on('data', (chunk) => {
    told += chunk
  })
  const code = await new Promise((done) => child.once('close', done))
  clearInterval(watch)
  if (code !== 0) throw new Error(`${script} ended with ${code}: ${told}`)
  const [, user, system] = /cpu ([\d.]+) ([\d.]+)/.exec(told)!
  const first = /first (\d+)/.exec(told)?.[1]
  return {
    wall: (performance.now() - began) / 1000,
    cpu: Number(user) + Number(system),
    memory,
    errors: wordErrors(said, heard),
    ...(first ? { first: Number(first) } : {}),
  }
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!

const folder = await mkdtemp(join(tmpdir(), 'mina-bench-'))
try {
  const talk = join(folder, 'talk.mp3')
  const tokens = join(folder, 'tokens.txt')
  await writeFile(tokens, await tokenTable())
  const said = await synthesise(talk, minutes, folder)
  const seconds = (await probe(talk)).duration_ms / 1000
  const results: Record<'bare' | 'product', Measured[]> = { bare: [], product: [] }
  for (let round = 0; round < rounds; round++) {
    results.bare.push(await measure('bare.ts', [talk, tokens], said))
    results.product.push(await measure('product.ts', [talk, folder], said))
  }
  const show = (name: 'bare' | 'product') => {
    const of = (pick: (it: Measured) => number) => median(results[name].map(pick))
    const first =
      results[name][0]!.first === undefined
        ? ''
        : `, first segment after ${(of((it) => it.first!) / 1000).toFixed(1)} s`
    console.error(
      `${name.padEnd(8)} wall ${of((it) => it.wall).toFixed(1)} s (${(seconds / of((it) => it.wall)).toFixed(0)} times real time), CPU ${of((it) => it.cpu).toFixed(1)} s (${(of((it) => it.cpu) / seconds).toFixed(4)} a second), peak ${Math.round(of((it) => it.memory) / 1e6)} MB, word errors ${(of((it) => it.errors) * 100).toFixed(1)} %${first}`,
    )
  }
  console.error(`${seconds.toFixed(0)} s of talk, median of ${rounds}`)
  show('bare')
  show('product')
  const ratio = (pick: (it: Measured) => number) => median(results.product.map(pick)) / median(results.bare.map(pick))
  console.error(`product to bare: wall ${ratio((it) => it.wall).toFixed(2)}, CPU ${ratio((it) => it.cpu).toFixed(2)}`)
} finally {
  await rm(folder, { recursive: true, force: true })
}
