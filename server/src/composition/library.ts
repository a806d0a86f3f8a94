import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { root } from '../config/index.ts'
import { createConversations } from '../features/conversations/index.ts'
import { createHighlights } from '../features/highlights/index.ts'
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
  /** Ends what runs for these conversations. */
  stopWork: (ids: string[]) => Promise<void>
}

/** What people keep: conversations, what they mark in them, how they find, share and remove them. */
export function composeLibrary({ platform, access, files, stopWork }: LibraryOptions) {
  const { config, db, bus, clock, log, limiter } = platform
  const { audit } = access

  async function tellAll(topic: string, ids: readonly string[]) {
    for (let at = 0; at < ids.length; at += IDS_A_MESSAGE)
      await bus
        .publish(topic, { ids: ids.slice(at, at + IDS_A_MESSAGE) })
        .catch(() => log.warn({ topic }, 'other processes could not be told'))
  }

  const conversations = createConversations({
    db,
    clock,
    audit,
    find: async () => ({ items: [], next_cursor: null }),
    onChanged: () => {},
    onFinished: async () => {},
    async onGone(_userId, ids) {
      await stopWork(ids)
      await tellAll('conversations.gone', ids)
    },
    removeNow: async () => {},
  })
  const highlights = createHighlights({ db, conversations })
  const tasks = createTasks({ db, conversations })
  const shares = createShares({
    db,
    files,
    clock,
    audit,
    limiter,
    conversations,
    highlights,
    tokenBytes: config.shareTokenBytes,
    publicBaseUrl: config.publicBaseUrl,
    pageShell: existsSync(SHARE_SHELL) ? readFileSync(SHARE_SHELL, 'utf8') : null,
    onEnded: (ids) => void tellAll('shares.ended', ids),
    onComment: () => {},
  })

  return {
    conversations,
    highlights,
    tasks,
    shares,
    routes: [...conversations.routes, ...highlights.routes, ...tasks.routes, ...shares.routes],
  }
}

export type ComposedLibrary = ReturnType<typeof composeLibrary>
