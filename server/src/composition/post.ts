import type { Config } from '../config/index.ts'
import type { IdentityPost } from '../features/identity/index.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'

interface PostOptions {
  config: Config
  clock: Clock
  log: Log
}

export function composePost({ config, log }: PostOptions): IdentityPost {
  const note = async () => log.info({}, 'mail')
  return {
    kind: config.mail.smtp ? 'smtp' : 'outbox',
    verify: note,
    reset: note,
    changeEmail: note,
    invitation: note,
    keyExpiring: note,
  }
}
