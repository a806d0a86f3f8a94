import { resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { type Config, root } from '../config/index.ts'
import { createApp } from '../doors/http/app.ts'
import { createAuthenticate } from '../doors/http/authenticate.ts'
import { bodyReader } from '../doors/http/bodies.ts'
import { cookieJar } from '../doors/http/cookies.ts'
import type { MountOptions } from '../doors/http/mount.ts'
import { operationRoutes } from '../doors/http/operations.ts'
import { originCheck } from '../doors/http/origins.ts'
import { createPace } from '../doors/http/pace.ts'
import { requireOneHandlerEach, startWorker } from '../doors/worker/run.ts'
import { openQueue } from '../platform/queue/queue.ts'
import type { Recogniser } from '../speech/port.ts'
import { version } from '../version.ts'
import { composeAccess } from './access.ts'
import { composeFeatures } from './features.ts'
import { composeFiles } from './files.ts'
import { openPlatform, type PlatformOverrides } from './platform.ts'
import { composePost } from './post.ts'
import { readiness } from './readiness.ts'

export type Role = 'web' | 'worker'

export interface Running {
  url: string
  setupLink: string | null
  stop: () => Promise<void>
}

export interface StartOverrides extends PlatformOverrides {
  /** In place of the embedded speech engine, for tests. */
  engines?: readonly Recogniser[]
}

export const webDir = resolve(root, 'web/dist')

/** What a caller put into an address, where it can be an id of anything: it may as well be signs that no row takes. */
const nameable = (id: string | undefined) => (id && /^[\w-]{1,64}$/.test(id) ? id : null)

/** A stop ends within half a minute: a part that hangs is left behind, and the next ones still get their turn. */
const STOP_MS = 25_000
const PART_MS = 15_000
const LEAST_PART_MS = 1_000
const REQUEST_GRACE_MS = 8_000
const IDLE_SWEEP_MS = 100

async function inTime(work: Promise<unknown>, ms: number) {
  const late = new AbortController()
  const timeOut = wait(ms, undefined, { signal: late.signal, ref: false }).then(
    () => {
      throw new Error('took too long')
    },
    () => {},
  )
  try {
    await Promise.race([work, timeOut])
  } finally {
    late.abort()
  }
}

/**
 * Running requests end, then the server does. Connections that fall idle meanwhile are closed at once instead of being
 * kept alive, and what is open after the grace, such as a connection on which nothing was ever asked, is cut.
 */
async function closeDoor(app: FastifyInstance) {
  const { server } = app
  const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS)
  const cut = setTimeout(() => server.closeAllConnections(), REQUEST_GRACE_MS)
  try {
    await app.close()
  } finally {
    clearInterval(sweep)
    clearTimeout(cut)
  }
}

/** Builds everything and starts the roles asked for; `stop` ends them in reverse. */
export async function startServer(
  config: Config,
  roles: readonly Role[],
  overrides: StartOverrides = {},
): Promise<Running> {
  const platform = await openPlatform(config, overrides)
  const { log, clock, database, bus } = platform
  const closing: { part: string; close: () => Promise<unknown> }[] = [
    { part: 'platform', close: () => platform.close() },
  ]
  let draining = false
  const stop = async () => {
    draining = true
    const until = Date.now() + STOP_MS
    for (const { part, close } of closing.toReversed())
      await inTime(close(), Math.min(PART_MS, Math.max(LEAST_PART_MS, until - Date.now()))).catch((error: Error) =>
        log.error({ part, error: error.name }, 'a part did not stop cleanly'),
      )
  }

  try {
    const files = await composeFiles(config, platform.tempDir)
    const access = composeAccess({ config, db: platform.db, bus, clock, log })
    const cookies = cookieJar({ secure: config.secure, sameSite: config.cookieSameSite })
    const post = composePost({ config, clock, log })
    const queue = await openQueue({ database, log })
    const features = composeFeatures({
      ...{ platform, access, files, post, queue, engines: overrides.engines },
      refreshCookie: cookies.refreshIn,
    })
    closing.push({ part: 'features', close: () => features.close() })
    closing.push({ part: 'queue', close: () => queue.stop() })

    requireOneHandlerEach(features.definitions, features.handlers)
    await queue.define(features.definitions)
    if (roles.includes('worker')) await startWorker(queue, features.handlers)
    if (!roles.includes('web')) return { url: '', setupLink: null, stop }

    const origins = originCheck({ publicBaseUrl: config.publicBaseUrl, allowed: [...config.corsOrigins] })
    const ready = readiness({
      isAlive: database.isAlive,
      files,
      isDraining: () => draining,
      engineTrouble: features.engineTrouble,
    })
    const onDenied: MountOptions['onDenied'] = ({ ip, params }, { method, path }, { userId }) =>
      void access.audit.record({
        action: 'denied',
        actorId: userId,
        subjectId: nameable((params as { id?: string }).id),
        ip,
        details: { route: `${method} ${path}` },
      })
    const app = await createApp({
      config,
      log,
      version,
      webDir,
      cookies,
      routes: [...operationRoutes({ version, metricsToken: config.metricsToken, ready }), ...features.routes],
      authenticate: createAuthenticate({
        principals: access.principals,
        cookies,
        origins,
        secret: config.secretKey,
        onDenied,
      }),
      onDenied,
      resumable: features.resumable,
      countCall: features.countCall,
      pace: createPace(platform.limiter, config.limits.rates),
      readBody: bodyReader({ tempDir: platform.tempDir, mostFieldBytes: config.limits.textBytes }),
    })
    const sockets = features.sockets({ server: app.server, cookies })
    await app.listen({ port: config.port, host: config.host })
    closing.push(
      { part: 'http', close: () => closeDoor(app) },
      { part: 'sockets', close: () => sockets.close() },
      { part: 'live sessions', close: () => features.drain() },
      { part: 'event streams', close: async () => features.hangUp() },
    )
    return { url: config.publicBaseUrl, setupLink: await features.setupLink(), stop }
  } catch (error) {
    await stop()
    throw error
  }
}
