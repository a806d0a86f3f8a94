import type { Files } from '../../platform/files/port.ts'
import type { GuardedFetch } from '../../platform/outbound/port.ts'
import type { Queue } from '../../platform/queue/queue.ts'
import type { Recognisers } from '../../speech/registry.ts'
import type { Hearing, Links } from '../transcriptions/index.ts'
import type { Usage } from '../usage/index.ts'
import { createCallbacks } from './deepgram/callback.ts'
import { deepgramRoutes } from './deepgram/routes.ts'
import { createModels } from './models.ts'
import type { ToEnglish } from './openai/english.ts'
import { openaiRoutes } from './openai/routes.ts'

export type { ToEnglish } from './openai/english.ts'

export interface DialectsOptions {
  recognisers: Recognisers
  /** TRANSCRIPTION_PROVIDER. */
  provider: string
  hearing: Hearing
  links: Links
  toEnglish: ToEnglish
  files: Files
  send: Queue['send']
  /** For the addresses to which results are sent. */
  guarded: Pick<GuardedFetch, 'fetch'>
  doom: (key: string, after: Date) => Promise<void>
  usage: Pick<Usage, 'refund'>
  now: () => Date
}

/** Other services' clients, served by whatever engine is set up here. */
export function createDialects(options: DialectsOptions) {
  const models = createModels(options.recognisers, options.provider)
  const callbacks = createCallbacks(options)
  return {
    models,
    routes: [...openaiRoutes({ ...options, models }), ...deepgramRoutes({ ...options, models, callbacks })],
    definitions: callbacks.definitions,
    handlers: callbacks.handlers,
  }
}
