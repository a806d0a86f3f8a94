import type { Recognisers } from '../../speech/registry.ts'
import type { TranslationService } from '../translation/index.ts'
import { createHearing, type HearingParts } from './hearing.ts'
import { createLinks, type LinksParts } from './links.ts'
import { transcriptionRoutes } from './routes.ts'
import { createVideos } from './video.ts'

export type { Accepted, Caller, Hearing, Wish } from './hearing.ts'
export type { Fetched, Links } from './links.ts'
export { createPageVideos, type PageVideos } from './page-videos.ts'
export { paragraphsOf } from './paragraphs.ts'
export { bareWord, confidenceOf, type SpokenWord, seconds, textOf, wordsOf } from './spoken.ts'

export interface TranscriptionsOptions extends HearingParts, Omit<LinksParts, 'look'> {
  recognisers: Recognisers
  translation: Pick<TranslationService, 'translate'>
}

/** Recordings that somebody waits for: the Platform calls, and what the dialects stand on. */
export function createTranscriptions(options: TranscriptionsOptions) {
  const { recognisers, translation } = options
  const hearing = createHearing(options)
  const links = createLinks({ ...options, look: hearing.look })
  const videos = createVideos({ hearing, links, recognisers })
  return { hearing, links, routes: transcriptionRoutes({ hearing, videos, translation }) }
}
