import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ConversationEvent } from '@mina/contract'
import { root } from '../config/index.ts'
import { type ConversationRow, createConversations, RESTORE_MS } from '../features/conversations/index.ts'
import type { Events } from '../features/events/index.ts'
import { createHighlights } from '../features/highlights/index.ts'
import { createPrivacy, takeOut } from '../features/privacy/index.ts'
import type { Playback } from '../features/recordings/index.ts'
import { createSearch } from '../features/search/index.ts'
import { createShares } from '../features/shares/index.ts'
import { createTasks } from '../features/tasks/index.ts'
import type { Files } from '../platform/files/port.ts'
import type { Access } from './access.ts'
import type { Platform } from './platform.ts'

const SHARE_SHELL = resolve(root, 'web/dist/share.html')
/** So many ids fit into one notification. */
const IDS_A_MESSAGE = 150

interface LibraryOptions {
  platform: Platform
  access: Access
  files: Files
  playback: Playback
  /** Ends what runs for these conversations. */
  stopWork: (ids: string[]) => Promise<void>
  /** Goes on with what was ended for them. */
  resumeWork: (userId: string, ids: string[]) => Promise<void>
  publish: Events['publish']
  onFinished: (conversation: ConversationRow) => Promise<void>
}

/** What people keep: conversations, what they mark in them, how they find, share and remove them. */
export function composeLibrary(options: LibraryOptions) {
  const { platform, access, files, playback, stopWork, resumeWork, publish, onFinished } = options
  const { config, db, bus, clock, log, limiter } = platform
  const { audit } = access

  async function tellAll(topic: string, ids: readonly string[]) {
    for (let at = 0; at < ids.length; at += IDS_A_MESSAGE)
      await bus
        .publish(topic, { ids: ids.slice(at, at + IDS_A_MESSAGE) })
        .catch(() => log.warn({ topic }, 'other processes could not be told'))
  }

  /** Pages look again. That they could not be told is no failure of what was done. */
  const tell = (userId: string, event: ConversationEvent) =>
    publish(userId, 'conversation', event).catch(() => log.warn({ conversation: event.id }, 'pages could not be told'))
  const changed = ({ user_id, id, status, progress, title }: ConversationRow) =>
    void tell(user_id, { id, status, progress, title })

  async function onGone(userId: string, ids: string[]) {
    await stopWork(ids)
    await tellAll('conversations.gone', ids)
    for (const id of ids) await tell(userId, { id, status: 'deleted', progress: null, deleted: true })
  }

  async function onBack(userId: string, back: ConversationEvent[]) {
    await resumeWork(
      userId,
      back.map((it) => it.id),
    )
    for (const { id, status, progress, title } of back) await tell(userId, { id, status, progress, title })
  }

  const privacy = createPrivacy({ db, files, audit, clock, log, restoreMs: RESTORE_MS, onGone })
  const search = createSearch({ db, clock })
  const conversations = createConversations({
    db,
    clock,
    audit,
    async find(principal, q, { limit, cursor, ...filter }) {
      const { hits, next_cursor } = await search.conversations(principal, q, { limit, cursor, filter })
      const items = new Map(
        (
          await conversations.library.itemsOf(
            principal,
            hits.map((it) => it.id),
          )
        ).map((it) => [it.id, it]),
      )
      return {
        items: hits.flatMap(({ id, snippet, start_ms, ...title }) => {
          const item = items.get(id)
          return item
            ? { ...item, ...title, ...(snippet && { snippet }), ...(start_ms !== null && { snippet_ms: start_ms }) }
            : []
        }),
        next_cursor,
      }
    },
    onChanged: changed,
    onFinished,
    onGone,
    onBack,
    removeNow: privacy.removeNow,
  })
  const highlights = createHighlights({ db, conversations })
  const tasks = createTasks({ db, conversations })
  const shares = createShares({
    db,
    playback,
    clock,
    audit,
    limiter,
    conversations,
    highlights,
    tokenBytes: config.shareTokenBytes,
    publicBaseUrl: config.publicBaseUrl,
    pageShell: existsSync(SHARE_SHELL) ? readFileSync(SHARE_SHELL, 'utf8') : null,
    onEnded: (ids) => void tellAll('shares.ended', ids),
    onComment: changed,
  })

  return {
    conversations,
    highlights,
    tasks,
    shares,
    erase: privacy.erase,
    exported: takeOut({ db, files, highlights, tasks }),
    definitions: privacy.definitions,
    handlers: privacy.handlers,
    routes: [...conversations.routes, ...search.routes, ...highlights.routes, ...tasks.routes, ...shares.routes],
  }
}

export type ComposedLibrary = ReturnType<typeof composeLibrary>
