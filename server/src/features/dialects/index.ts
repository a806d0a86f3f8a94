import type { Recognisers } from '../../speech/registry.ts'
import type { Hearing, Links } from '../transcriptions/index.ts'
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
}

/** Other services' clients, served by whatever engine is set up here. */
export function createDialects({ recognisers, provider, hearing, toEnglish }: DialectsOptions) {
  const models = createModels(recognisers, provider)
  return { models, routes: openaiRoutes({ hearing, models, toEnglish }) }
}
