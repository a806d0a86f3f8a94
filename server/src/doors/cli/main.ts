import { Command, CommanderError } from 'commander'
import { commandTools } from '../../composition/command-tools.ts'
import { reasonOfStart } from '../../composition/run.ts'
import { accountCommands } from './accounts.ts'
import { benchCommand } from './bench.ts'
import { modelsCommand } from './models.ts'
import { serverCommands } from './servers.ts'
import type { Terminal } from './terminal.ts'
import { transcribeCommand } from './transcribe.ts'

const interrupted = new AbortController()

const terminal: Terminal = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  exit: (code) => {
    process.exitCode = code
  },
  signal: interrupted.signal,
}

const run = async () => {
  const tools = commandTools()
  const program = new Command('mina')
    .description('Speech into text, and text into work.')
    .version(tools.version)
    .exitOverride()
    .showHelpAfterError('Run it with --help to see what there is.')
  const deps = { ...terminal, ...tools }
  serverCommands(program, deps)
  transcribeCommand(program, deps)
  accountCommands(program, deps)
  modelsCommand(program, deps)
  benchCommand(program, deps)
  await program.parseAsync()
}

// `serve` and `worker` end in their own way: running work first.
if (!['serve', 'worker'].includes(process.argv[2] ?? '')) process.once('SIGINT', () => interrupted.abort())

try {
  await run()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
  else {
    process.stderr.write(`${reasonOfStart(error)}\n`)
    process.exitCode = 1
  }
}
