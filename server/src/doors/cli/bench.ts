import { availableParallelism, cpus } from 'node:os'
import type { Command } from 'commander'
import { probe } from '../../audio/probe.ts'
import { sampleClip } from '../../speech/engines/local/built-in.ts'
import type { LocalRecogniser } from '../../speech/engines/local/index.ts'
import type { Recording } from '../../speech/port.ts'
import { aligned, clock, reasonOf, type Terminal } from './terminal.ts'

export interface BenchDeps extends Terminal {
  local(): LocalRecogniser
}

export function benchCommand(program: Command, deps: BenchDeps): void {
  program
    .command('bench')
    .description('how fast each model is on this machine, and how many live conversations fit')
    .option('--rounds <count>', 'how often each model hears the sample', '4')
    .action((asked: { rounds: string }, command: Command) => {
      const rounds = Number(asked.rounds)
      if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100)
        return command.error('error: rounds must be a whole number from 1 to 100', { exitCode: 2 })
      return bench(rounds, deps)
    })
}

async function bench(rounds: number, deps: BenchDeps) {
  const local = deps.local()
  let failed = false
  try {
    const { duration_ms, channels, size, ending } = await probe(sampleClip)
    const recording: Recording = { path: sampleClip, duration_ms, channels, size, name: `sample.${ending}` }
    const rows = [['MODEL', 'SPEED', 'AN HOUR TAKES', 'FIRST TEXT AFTER A COLD START']]
    for (const model of local.capabilities.models) {
      try {
        const began = performance.now()
        await local.transcribe(recording, { model })
        const first = performance.now() - began
        const start = performance.now()
        await Promise.all(Array.from({ length: rounds }, () => local.transcribe(recording, { model })))
        const speed = (duration_ms * rounds) / (performance.now() - start)
        const [fast, hour] = [`${speed.toFixed(0)} times real time`, clock(3600 / speed)]
        rows.push([model, fast, hour, `${(first / 1000).toFixed(1)} s`])
      } catch (error) {
        failed = true
        deps.stderr.write(`${model}: ${reasonOf(error)}\n`)
      }
    }
    const machine = `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} cores`
    deps.stdout.write(`${machine}\n${aligned(rows).join('\n')}\n`)
    deps.stdout.write(`Live conversations at once: ${local.maxStreams()}\n`)
  } finally {
    await local.close()
  }
  deps.exit(failed ? 1 : 0)
}
