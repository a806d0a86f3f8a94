import type { Open } from '../features/conversations/index.ts'
import type { Documents } from '../features/documents/index.ts'
import { createEvents } from '../features/events/index.ts'
import {
  type Claim,
  createRecordings,
  type InsightsOf,
  type Owner,
  type Playback,
  type SendFetch,
} from '../features/recordings/index.ts'
import { createTranscripts, type EndingHooks, type Send, type WordsOf } from '../features/transcripts/index.ts'
import type { Db } from '../platform/database/connect.ts'
import type { Files } from '../platform/files/port.ts'
import { createGuardedFetch } from '../platform/outbound/guarded.ts'
import type { Access } from './access.ts'
import type { Platform } from './platform.ts'
import type { Speech } from './speech.ts'

interface RecordingsOptions {
  platform: Platform
  access: Access
  files: Files
  playback: Playback
  speech: Speech
  send: Send & SendFetch
  wordsOf: WordsOf
  insightsOf: InsightsOf
  open: Open
  documents: Documents
  /** What other features do when a pass has ended, and what accounts allow; without them nothing is told or limited. */
  hooks?: Partial<EndingHooks & { reserve: (owner: Owner, claim: Claim, tx: Db) => Promise<void> }>
}

const nothing = async () => {}

/** From a file to its text: events, transcripts and recordings, joined. */
export function composeRecordings(options: RecordingsOptions) {
  const { platform, access, files, playback, speech, send, wordsOf, insightsOf, open, documents, hooks = {} } = options
  const { config, db, bus, clock, log, tempDir } = platform
  const events = createEvents({ db, bus, clock, onSessionsRevoked: access.onSessionsRevoked })
  const transcripts = createTranscripts({
    ...{ db, bus, clock, files, send, wordsOf, log, tempDir },
    recognisers: speech.recognisers,
    tell: events.publish,
    onFinished: hooks.onFinished ?? nothing,
    onFailed: hooks.onFailed ?? nothing,
    fileDone: hooks.fileDone ?? nothing,
    meter: hooks.meter ?? nothing,
    refund: hooks.refund ?? nothing,
  })
  const guarded = createGuardedFetch({ allow: config.mediaAllow })
  const recordings = createRecordings({
    ...{ guarded, playback, sendFetch: send, tempDir, audit: access.audit },
    ...{ db, clock, files, transcripts, open, documents, insightsOf, log },
    tell: events.publish,
    reserve: hooks.reserve ?? nothing,
    dataDir: config.dataDir,
    maxBytes: config.limits.mediaBytes,
    maxSeconds: config.limits.audioHours * 3_600,
    allowedTypes: config.limits.uploadTypes,
  })
  return {
    events,
    transcripts,
    recordings,
    routes: [...events.routes, ...recordings.routes],
    definitions: [...events.definitions, ...transcripts.definitions, ...recordings.definitions],
    handlers: [...events.handlers, ...transcripts.handlers, ...recordings.handlers],
    async close() {
      transcripts.close()
      await guarded.close()
      await speech.recognisers.close()
    },
  }
}
