import { availableParallelism, cpus } from 'node:os'
import type { Command } from 'commander'
import type { LocalRecogniser } from '../../speech/engines/local/index.ts'
import { measureSpeed } from '../../speech/engines/local/speed.ts'
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
    const rows = [['MODEL', 'SPEED', 'AN HOUR TAKES', 'FIRST TEXT AFTER A COLD START']]
    for (const model of local.capabilities.models) {
      try {
        const { speed, firstSeconds } = await measureSpeed(local, model, { rounds })
        rows.push([model, `${speed.toFixed(0)} times real time`, clock(3600 / speed), `${firstSeconds.toFixed(1)} s`])
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
