import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { probe } from '../server/src/audio/probe.ts'
import { tokenTable } from '../server/src/speech/engines/local/tokens.ts'
import { memoryOf } from './processes.ts'
import { synthesise, wordErrors } from './speech/talk.ts'

/**
 * Mina's engine against the bare one on the same talk and cores, in turns: `node bench/speech.ts [minutes: 10] [rounds: 3] [product]`; with
 * `product` that one alone, as for hours.
 */
const [minutes, rounds] = [Number(process.argv[2] ?? 10), Number(process.argv[3] ?? 3)]
const engines: readonly ('bare' | 'product')[] = process.argv[4] === 'product' ? ['product'] : ['bare', 'product']
/** What is longer is said again. */
const longestTalk = 20

const execute = promisify(execFile)

interface Measured {
  wall: number
  cpu: number
  memory: number
  errors: number
  first?: number
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
  let looking = false
  // To read the shares of pages costs some milliseconds of the cores that are measured.
  const watch = setInterval(async () => {
    if (looking) return
    looking = true
    memory = Math.max(memory, (await memoryOf(child.pid!)).tree_mb)
    looking = false
  }, 500)
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

/** Hours are minutes over and over. */
async function longTalk(path: string): Promise<string> {
  const times = Math.ceil(minutes / longestTalk)
  const once = times > 1 ? join(folder, 'once.mp3') : path
  const said = await synthesise(once, minutes / times, folder)
  if (times > 1)
    await execute('ffmpeg', ['-v', 'error', '-stream_loop', String(times - 1), '-i', once, '-c', 'copy', path])
  return Array.from({ length: times }, () => said).join(' ')
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!

const folder = await mkdtemp(join(tmpdir(), 'mina-bench-'))
try {
  const talk = join(folder, 'talk.mp3')
  const tokens = join(folder, 'tokens.txt')
  await writeFile(tokens, await tokenTable())
  const said = await longTalk(talk)
  const seconds = (await probe(talk)).duration_ms / 1000
  const results: Record<'bare' | 'product', Measured[]> = { bare: [], product: [] }
  for (let round = 0; round < rounds; round++) {
    for (const engine of engines)
      results[engine].push(await measure(`${engine}.ts`, [talk, engine === 'bare' ? tokens : folder], said))
  }
  const show = (name: 'bare' | 'product') => {
    const of = (pick: (it: Measured) => number) => median(results[name].map(pick))
    const first =
      results[name][0]!.first === undefined
        ? ''
        : `, first segment after ${(of((it) => it.first!) / 1000).toFixed(1)} s`
    console.error(
      `${name.padEnd(8)} wall ${of((it) => it.wall).toFixed(1)} s (${(seconds / of((it) => it.wall)).toFixed(0)} times real time), CPU ${of((it) => it.cpu).toFixed(1)} s (${(of((it) => it.cpu) / seconds).toFixed(4)} a second), peak ${Math.round(of((it) => it.memory))} MB, word errors ${(of((it) => it.errors) * 100).toFixed(1)} %${first}`,
    )
  }
  console.error(`${seconds.toFixed(0)} s of talk, median of ${rounds}`)
  for (const engine of engines) show(engine)
  const ratio = (pick: (it: Measured) => number) => median(results.product.map(pick)) / median(results.bare.map(pick))
  if (engines.length > 1)
    console.error(`product to bare: wall ${ratio((it) => it.wall).toFixed(2)}, CPU ${ratio((it) => it.cpu).toFixed(2)}`)
} finally {
  await rm(folder, { recursive: true, force: true })
}
