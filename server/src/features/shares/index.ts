import type { Audit } from '../../access/audit.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database/connect.ts'
import type { Limiter } from '../../platform/limits/port.ts'
import type { Conversations, Opened } from '../conversations/index.ts'
import type { Highlights } from '../highlights/index.ts'
import type { Playback } from '../recordings/index.ts'
import { linkService } from './links.ts'
import { listening } from './listening.ts'
import { sharePage } from './page.ts'
import { sharedConversation } from './reading.ts'
import { shareRepository } from './repository.ts'
import { linkRoutes, visitorRoutes } from './routes.ts'
import { visitorService } from './visitors.ts'

export type { OpenedShare } from './visitors.ts'

export interface SharesOptions {
  db: Db
  playback: Playback
  clock: Clock
  audit: Audit
  limiter: Limiter
  conversations: Conversations
  highlights: Highlights
  tokenBytes: number
  publicBaseUrl: string
  /** The built page into which shared conversations are written; null where the web app is not built. */
  pageShell: string | null
  /** Whoever watches by these links is sent away, in every process. */
  onEnded: (shareIds: string[]) => void
  onComment: (conversation: Opened<'read'>) => void
}

export function createShares(options: SharesOptions) {
  const { db, conversations, highlights } = options
  const repository = shareRepository(db)
  const links = linkService({ ...options, repository, onChanged: conversations.touched })
  const visitors = visitorService({ ...options, repository })
  return {
    /** For sockets that follow a live conversation by its link: refuses as the HTTP calls do. */
    openShare: visitors.openShare,
    routes: [
      ...linkRoutes(conversations.open, links),
      ...visitorRoutes({
        visitors,
        listening: listening(options),
        page: sharePage(options.pageShell, options.clock),
        read: sharedConversation(conversations, highlights, conversations.repository.hasAudio),
      }),
    ],
  }
}

export type Shares = ReturnType<typeof createShares>
