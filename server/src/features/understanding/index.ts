import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database/connect.ts'
import type { Log } from '../../platform/log.ts'
import { handler } from '../../platform/queue/job.ts'
import type { Translators } from '../../translation/registry.ts'
import type { Conversations } from '../conversations/index.ts'
import type { InsightService } from '../insights/index.ts'
import { accountPart } from './account.ts'
import { insightRows } from './insight-rows.ts'
import { insightsService } from './insights.ts'
import { analyseJob, translateJob } from './jobs.ts'
import { passagesOf } from './passages.ts'
import type { Passages, Publish, Send } from './ports.ts'
import { understandingRoutes } from './routes.ts'
import { templateRows, templatesService } from './templates.ts'
import { translationRows } from './translation-rows.ts'
import { translationsService } from './translations.ts'
import type { WorkMeter } from './usage.ts'
import { vocabularyService } from './vocabulary.ts'
import { vocabularyRows } from './vocabulary-rows.ts'
import type { Signals } from './work.ts'

export type { Passages, Publish } from './ports.ts'
export {
  type RedactableSegment,
  type RedactedAs,
  type RedactedConversation,
  type RedactOptions,
  redactSegments,
} from './redaction.ts'
export type { WorkMeter, WorkUsage } from './usage.ts'

export interface UnderstandingOptions {
  db: Db
  clock: Clock
  log: Log
  conversations: Pick<Conversations, 'open' | 'segments' | 'editing'>
  insights: InsightService
  translators: Translators
  send: Send
  signals: Signals
  publish: Publish
  usage: WorkMeter
  timeZoneOf: (userId: string) => Promise<string>
  /** A better search than the plain one here. */
  passages?: Passages
}

/** What is understood of conversations and kept with them: translations, insights, and the words that matter to a user. */
export function createUnderstanding(options: UnderstandingOptions) {
  const { db, clock, conversations, insights, usage } = options
  const now = () => clock.now()
  const templates = templatesService(templateRows(db))
  const vocabulary = vocabularyService({ rows: vocabularyRows(db), conversations })
  const translations = translationsService({
    ...options,
    rows: translationRows(db, now),
    glossaryOf: vocabulary.glossaryOf,
  })
  const stored = insightsService({ ...options, rows: insightRows(db, now), templateOf: templates.find })
  const passages = options.passages ?? passagesOf(db)

  return {
    routes: understandingRoutes({
      conversations,
      translations,
      stored,
      templates,
      vocabulary,
      insights,
      passages,
      usage,
    }),
    definitions: [translateJob, analyseJob],
    handlers: [handler(translateJob, translations.handle), handler(analyseJob, stored.handle)],
    vocabulary,
    /** Stops what is being made of these conversations. */
    async onGone(conversationIds: string[]) {
      await translations.onGone(conversationIds)
      await stored.onGone(conversationIds)
    },
    /** A person's share of all this, for the export of the account. */
    exported: accountPart({ db, templates, vocabulary }),
    /** For exports: what is kept with a conversation that the caller has opened. */
    insights: { get: stored.get },
  }
}

export type Understanding = ReturnType<typeof createUnderstanding>
