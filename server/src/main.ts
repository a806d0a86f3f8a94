import { startServer } from './composition/server.ts'
import { ConfigError, readConfig } from './config/index.ts'
import { DatabaseStartError } from './platform/database/errors.ts'

const say = (line: string) => process.stdout.write(`${line}\n`)

/** What keeps Mina from starting, in one line that says what to do. */
const reasonOf = (error: unknown): string => {
  if (error instanceof ConfigError || error instanceof DatabaseStartError) return error.message
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return 'The port is taken by another program. Stop it, or set PORT to another number.'
  if (code === 'EACCES') return 'This port may not be opened by this user. Set PORT to a number above 1023.'
  return message
}

async function main() {
  const config = readConfig()
  const running = await startServer(config, ['web', 'worker'])
  say(`Mina is ready: ${running.url}`)
  if (running.setupLink)
    say(`Nobody administers it yet. This link makes the administrator's account, once:\n  ${running.setupLink}`)

  let stopping = false
  const onSignal = () => {
    if (stopping) process.exit(130)
    stopping = true
    say('Stopping: what runs is finished first. Press again to quit at once.')
    running.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}

main().catch((error: unknown) => {
  process.stderr.write(`Mina can not start. ${reasonOf(error)}\n`)
  process.exit(1)
})
