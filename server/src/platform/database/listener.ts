import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { Log } from '../log.ts'
import { databaseCode } from './errors.ts'

interface ListenHandler {
  message: (payload: string) => void
  /** Notifications may have been missed while the connection was away: look for yourself what changed. */
  resumed?: () => void
}

/**
 * One connection per process that stays open: it receives notifications, and its heartbeat is how a process knows
 * whether its database still answers. A database that hangs without closing connections is noticed this way too.
 */
export interface Listener {
  listen: (channel: string, handler: ListenHandler) => Promise<() => Promise<void>>
  /** Whether the last heartbeat was answered. */
  isAlive: () => boolean
  /** Look now instead of at the next heartbeat. */
  check: () => void
  close: () => Promise<void>
}

interface ListenerOptions {
  connection: pg.ClientConfig
  log: Log
  /**
   * Called before each attempt to come back, and may help with it. `silent`: it hangs without closing connections, or
   * refuses new ones; where only this one connection was closed, the others know for themselves.
   */
  onGone: (how: { silent: boolean }) => Promise<void>
  onReturn?: () => void
  /** Whether it is about to go although it still answers those who are connected. */
  isLeaving?: () => boolean
  heartbeatMs?: number
  silenceMs?: number
}

const silence = new Error('The database is silent.')

export const createListener = async (options: ListenerOptions): Promise<Listener> => {
  const { connection, log, onGone, onReturn, isLeaving, heartbeatMs = 1000, silenceMs = 2500 } = options
  const channels = new Map<string, Set<ListenHandler>>()
  let closing = false
  let client: pg.Client | undefined
  let wake = (): void => {}

  const connect = async (): Promise<pg.Client> => {
    const next = new pg.Client({
      ...connection,
      application_name: 'mina listener',
      connectionTimeoutMillis: silenceMs,
      keepAlive: true,
    })
    next.on('error', () => wake())
    next.on('end', () => wake())
    next.on('notification', ({ channel, payload }) => {
      for (const handler of channels.get(channel) ?? []) handler.message(payload ?? '')
    })
    try {
      await next.connect()
      for (const channel of channels.keys()) await next.query(`LISTEN ${pg.escapeIdentifier(channel)}`)
      return next
    } catch (error) {
      abandon(next)
      throw error
    }
  }

  const beat = async (on: pg.Client): Promise<void> => {
    const answer = on.query('SELECT 1')
    answer.catch(() => {})
    const patience = new AbortController()
    const waited = pause(silenceMs, undefined, { signal: patience.signal })
      // After a long pause of our own the answer may lie there unread: give it one more turn.
      .then(() => pause(100, undefined, { signal: patience.signal }))
      .then(() => Promise.reject(silence))
    try {
      await Promise.race([answer, waited])
    } finally {
      patience.abort()
      waited.catch(() => {})
    }
  }

  const rest = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  const comeBack = async (silent: boolean): Promise<pg.Client | undefined> => {
    for (let attempt = 0; !closing; attempt += 1) {
      try {
        await onGone({ silent: silent || attempt > 0 })
        return await connect()
      } catch (error) {
        if (attempt === 0) log.warn({ code: databaseCode(error) }, 'the database does not answer; trying again')
        await rest(Math.min(100 * 2 ** attempt, 2000))
      }
    }
    return undefined
  }

  const watch = async (): Promise<void> => {
    while (!closing) {
      await rest(heartbeatMs)
      if (closing || !client) break
      try {
        if (isLeaving?.()) throw silence
        await beat(client)
      } catch (error) {
        if (closing) break
        abandon(client)
        client = undefined
        client = await comeBack(error === silence)
        if (!client) break
        log.info({}, 'the database answers again')
        onReturn?.()
        for (const handlers of channels.values()) for (const handler of handlers) handler.resumed?.()
      }
    }
  }

  client = await connect()
  const watching = watch()

  return {
    listen: async (channel, handler) => {
      const handlers = channels.get(channel) ?? new Set()
      channels.set(channel, handlers.add(handler))
      await client?.query(`LISTEN ${pg.escapeIdentifier(channel)}`).catch(() => wake())
      return async () => {
        handlers.delete(handler)
        if (handlers.size > 0) return
        channels.delete(channel)
        await client?.query(`UNLISTEN ${pg.escapeIdentifier(channel)}`).catch(() => wake())
      }
    },
    isAlive: () => client !== undefined,
    check: () => wake(),
    close: async () => {
      closing = true
      wake()
      const last = client
      client = undefined
      await last?.end().catch(() => {})
      await watching
    },
  }
}

/** Its socket is destroyed at once where an answer is outstanding; nobody waits for a goodbye. */
const abandon = (client: pg.Client): void => {
  void client.end().catch(() => {})
}
