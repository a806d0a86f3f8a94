import { type Config, ConfigError } from '../config/index.ts'
import { openEmbedded } from '../platform/database/embedded.ts'
import { DatabaseStartError, databaseCode, isQueryFailure, isUnavailable } from '../platform/database/errors.ts'
import { serverLog } from '../platform/log.ts'
import { giveBackAtRest } from './rest.ts'
import type { Role } from './server.ts'

const say = (line: string) => process.stdout.write(`${line}\n`)

/** What keeps Mina from starting, in one line that says what to do. */
export const reasonOfStart = (error: unknown): string => {
  if (error instanceof ConfigError || error instanceof DatabaseStartError) return error.message
  if (isQueryFailure(error))
    return isUnavailable(error)
      ? 'The database stopped answering during the start. See that it runs, then start again.'
      : `The database refused what the start asked of it (${databaseCode(error) ?? 'unknown reason'}). Was it changed by hand? Restore a backup, or give Mina another data folder (MINA_DATA_DIR) or database (DATABASE_URL).`
  const { code = '', syscall, path, message } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return 'The port is taken by another program. Stop it, or set PORT to another number.'
  if (code === 'EADDRNOTAVAIL' || syscall === 'getaddrinfo')
    return 'HOST is no address of this machine. Set it to one, such as 127.0.0.1, or to 0.0.0.0 for all.'
  if (code === 'EACCES' && syscall === 'listen')
    return 'This port may not be opened by this user. Set PORT to a number above 1023.'
  if (code === 'ENOSPC') return 'The disk is full. Make room, or give Mina another data folder (MINA_DATA_DIR).'
  if (path && ['EACCES', 'EPERM', 'EROFS'].includes(code))
    return `This user may not write to ${path}. Give the folder to the user, or set MINA_DATA_DIR to another one.`
  return message.split('\n')[0] ?? code
}

/** The embedded PostgreSQL comes up in its own processes while the parts of the server are loaded in this one. */
async function start(config: Config, roles: readonly Role[]) {
  const { dataDir, databaseUrl } = config
  const log = serverLog(config)
  const embedded = databaseUrl ? undefined : openEmbedded({ dataDir, log })
  // Whoever waits for it hears of its failure.
  embedded?.catch(() => {})
  const { startServer } = await import('./server.ts')
  return await startServer(config, roles, { log, ...(embedded && { embedded }) })
}

/** Serves until a signal, which may come during the start too: the first lets running work end, a second quits at once. */
export async function run(config: Config, roles: readonly Role[]) {
  const started = start(config, roles)
  let stopping = false
  const onSignal = () => {
    if (stopping) process.exit(130)
    stopping = true
    say('Stopping: what runs is finished first. Press again to quit at once.')
    started
      .then((running) => running.stop())
      .then(
        () => process.exit(0),
        () => process.exit(1),
      )
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)

  const { url, setupLink } = await started
  if (stopping) return
  giveBackAtRest()
  say(roles.includes('web') ? `Mina is ready: ${url}` : 'A worker of Mina is ready.')
  if (setupLink) say(`Nobody administers it yet. This link makes the administrator's account, once:\n  ${setupLink}`)
}
