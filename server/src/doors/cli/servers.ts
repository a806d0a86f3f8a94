import type { Command } from 'commander'
import type { Terminal } from './terminal.ts'

export interface Finding {
  name: string
  state: 'ok' | 'off' | 'problem'
  detail: string
}

export interface ServerDeps extends Terminal {
  run(roles: ('web' | 'worker')[]): Promise<void>
  migrateDatabase(): Promise<number>
  /** What is configured, what is missing and what to do about it. */
  examine(): AsyncIterable<Finding>
}

const MARKS: Record<Finding['state'], string> = { ok: '✓', off: '·', problem: '✗' }

export function serverCommands(program: Command, deps: ServerDeps): void {
  program
    .command('serve')
    .description('serve the web app, the API and the live channel, and do background work')
    .option('--no-worker', 'leave background work to other processes')
    .action((asked: { worker: boolean }) => deps.run(asked.worker ? ['web', 'worker'] : ['web']))
  program
    .command('worker')
    .description('do background work only, on the same database')
    .action(() => deps.run(['worker']))
  program
    .command('migrate')
    .description('bring the database to the form that this version needs')
    .action(async () => {
      const applied = await deps.migrateDatabase()
      deps.stdout.write(applied === 0 ? 'The database is up to date.\n' : `${applied} migrations applied.\n`)
    })
  program
    .command('doctor')
    .description('what is configured, what is missing, what to do')
    .action(async () => {
      let problems = 0
      for await (const { name, state, detail } of deps.examine()) {
        if (state === 'problem') problems += 1
        deps.stdout.write(`${MARKS[state]} ${name.padEnd(16)} ${detail}\n`)
      }
      deps.exit(problems > 0 ? 1 : 0)
    })
}
