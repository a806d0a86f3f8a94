import { isIP, type LookupFunction } from 'node:net'
import type { buildConnector } from 'undici'
import { plainHost } from './allowlist.ts'
import type { Lookup } from './lookup.ts'
import { createPermission, portOf } from './reach.ts'

/** Never shown: the caller is told what a closed port would be told. */
class Denied extends Error {
  override readonly name = 'Denied'
}

interface ConnectorOptions {
  allow: readonly string[]
  lookup: Lookup
  timeoutMs: number
}

/**
 * Opens connections only to where they may go. The judgement falls on the addresses that the very connection will
 * use, in the same step, so a name that changes its mind between check and connect gains nothing.
 */
export const createGuardedConnector = async (options: ConnectorOptions) => {
  const { buildConnector } = await import('undici')
  const permits = createPermission(options.allow)

  const guard =
    (port: number): LookupFunction =>
    (host, asked, answer) => {
      const judge = async () => {
        const found = await options.lookup(host)
        // One private address among public ones is an attack or an accident; neither is a reason to go on.
        const permitted = found.every((it) => permits({ host, port, address: it.address }))
        if (found.length === 0 || !permitted) throw new Denied()
        return found
      }
      judge().then(
        (found) => (asked.all ? answer(null, found) : answer(null, found[0]?.address ?? '', found[0]?.family)),
        (error) => answer(error, []),
      )
    }

  return (to: buildConnector.Options, done: buildConnector.Callback) => {
    const host = plainHost(to.hostname)
    const port = portOf(to)
    // Node asks no lookup for what is an address already.
    if (isIP(host) && !permits({ host, port, address: host })) return done(new Denied(), null)
    const connect = buildConnector({ timeout: options.timeoutMs, allowH2: false, lookup: guard(port) })
    connect(to, done)
  }
}
