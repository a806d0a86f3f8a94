import { createAudit } from '../access/audit.ts'
import { createKeys } from '../access/keys.ts'
import { createOidc } from '../access/oidc.ts'
import { createPeople } from '../access/people.ts'
import { createPrincipals } from '../access/principals.ts'
import { revokedTokenCheck } from '../access/revoked.ts'
import { createSessions } from '../access/sessions.ts'
import { accessTokens } from '../access/tokens.ts'
import type { Config } from '../config/index.ts'
import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Db } from '../platform/database/connect.ts'
import type { Log } from '../platform/log.ts'

const TOKEN_IDLE_DAYS = 30

interface AccessOptions {
  config: Config
  db: Db
  bus: Bus
  clock: Clock
  log: Log
}

/** Credentials, sessions and principals, joined for one process and told of what others revoke. */
export function composeAccess({ config, db, bus, clock, log }: AccessOptions) {
  const onRevoked = new Set<(sessionIds: string[]) => void>()
  const tell = (ids: string[]) => {
    for (const run of onRevoked) run(ids)
  }
  const sessions = createSessions(db, {
    secret: config.secretKey,
    browserIdleDays: config.refreshDays,
    tokenIdleDays: TOKEN_IDLE_DAYS,
    clock,
    onRevoked(ids) {
      tell(ids)
      bus
        .publish('sessions.revoked', { ids: ids.slice(0, 150) })
        .catch(() => log.warn({ sessions: ids.length }, 'other processes could not be told of ended sessions'))
    },
  })
  bus.subscribe('sessions.revoked', ({ ids }) => {
    sessions.forgetCached(ids as string[])
    tell(ids as string[])
  })
  const tokens = accessTokens(config.jwtSecretKey, clock)
  const keys = createKeys(db, clock)
  const people = createPeople(db, clock)
  const oidc = config.auth0 ? createOidc({ ...config.auth0, clock, log }) : null
  const principals = createPrincipals({
    sessions,
    tokens,
    keys,
    people,
    oidc,
    staticKey: config.staticApiKey,
    isRevoked: revokedTokenCheck(db),
  })
  return {
    sessions,
    tokens,
    keys,
    people,
    oidc,
    principals,
    audit: createAudit(db, log),
    /** For whoever keeps something open on behalf of a session. */
    onSessionsRevoked(run: (sessionIds: string[]) => void) {
      onRevoked.add(run)
      return () => onRevoked.delete(run)
    },
  }
}

export type Access = ReturnType<typeof composeAccess>
