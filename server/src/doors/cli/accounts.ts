import type { Command } from 'commander'
import { Refusal } from '../../platform/refusal.ts'
import { isWrongUsage, reasonOf, type Terminal } from './terminal.ts'

/** What the command line does with accounts, on the database of this configuration. */
export interface AccountTools {
  createUser(email: string, role: 'user' | 'admin'): Promise<{ password: string }>
  invite(email: string, role: 'user' | 'admin'): Promise<{ url: string }>
  promote(email: string): Promise<void>
  setActive(email: string, active: boolean): Promise<void>
  createKey(email: string, name: string, days: number): Promise<{ secret: string }>
  revokeKey(prefixOrId: string): Promise<number>
  close(): Promise<void>
}

export interface AccountDeps extends Terminal {
  tools(): Promise<AccountTools>
}

export function accountCommands(program: Command, deps: AccountDeps): void {
  const attempt = async (work: (tools: AccountTools) => Promise<string>) => {
    let tools: AccountTools | null = null
    try {
      tools = await deps.tools()
      deps.stdout.write(`${await work(tools)}\n`)
      deps.exit(0)
    } catch (error) {
      deps.stderr.write(`${reasonOf(error)}\n`)
      deps.exit(isWrongUsage(error) ? 2 : 1)
    } finally {
      await tools?.close()
    }
  }

  const user = program.command('user').description('accounts of this installation')
  user
    .command('create')
    .description('make an account; its password is shown once')
    .argument('<email>')
    .option('--admin', 'an administrator')
    .action((email: string, asked: { admin?: boolean }) =>
      attempt(async (tools) => (await tools.createUser(email, asked.admin ? 'admin' : 'user')).password),
    )
  user
    .command('invite')
    .description('print a link that opens an account, once')
    .argument('<email>')
    .option('--admin', 'an administrator')
    .action((email: string, asked: { admin?: boolean }) =>
      attempt(async (tools) => (await tools.invite(email, asked.admin ? 'admin' : 'user')).url),
    )
  user
    .command('promote')
    .description('make an administrator of somebody')
    .argument('<email>')
    .action((email: string) =>
      attempt(async (tools) => {
        await tools.promote(email)
        return `${email} is an administrator.`
      }),
    )
  for (const [name, active] of [
    ['deactivate', false],
    ['reactivate', true],
  ] as const)
    user
      .command(name)
      .description(active ? 'let somebody in again' : 'shut somebody out; nothing of theirs is deleted')
      .argument('<email>')
      .action((email: string) =>
        attempt(async (tools) => {
          await tools.setActive(email, active)
          return `${email} is ${active ? 'active' : 'deactivated'}.`
        }),
      )

  const key = program.command('key').description('API keys')
  key
    .command('create')
    .description('make an API key; it is shown this once')
    .argument('<email>', 'whose key it is')
    .option('--name <name>', 'what it is for', 'command line')
    .option('--days <count>', 'how long it works', '365')
    .action((email: string, asked: { name: string; days: string }, command: Command) => {
      const days = Number(asked.days)
      if (!Number.isInteger(days) || days < 1 || days > 3_650)
        return command.error('error: days must be a whole number from 1 to 3650', { exitCode: 2 })
      return attempt(async (tools) => (await tools.createKey(email, asked.name, days)).secret)
    })
  key
    .command('revoke')
    .description('end a key, named by its id')
    .argument('<id>')
    .action((id: string) =>
      attempt(async (tools) => {
        if ((await tools.revokeKey(id)) === 0) throw new Refusal('not_found', 'There is no such key.')
        return 'The key is revoked.'
      }),
    )
}
