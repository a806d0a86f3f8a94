import { isIP } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { isPublicAddress } from './addresses.ts'
import { createAllowlist, plainHost, type Target } from './allowlist.ts'
import { type Lookup, lookupAll } from './lookup.ts'

const usualPorts = [80, 443]
const loopback = ['127.0.0.1', '::1']

export const portOf = ({ port, protocol }: { port?: string | null; protocol: string }): number =>
  Number(port) || (protocol === 'https:' ? 443 : 80)

/** The one rule about where connections may go: the open internet on its usual ports, and what the operator vouches for. */
export const createPermission = (allow: readonly string[]) => {
  const vouchedFor = createAllowlist(allow)
  return (target: Target): boolean =>
    vouchedFor(target) || (isPublicAddress(target.address) && usualPorts.includes(target.port))
}

interface ReachOptions {
  allow: readonly string[]
  lookup?: Lookup
  lookupMs?: number
}

/**
 * Whether an address that is written down for later can be reached at all, as far as can be told now. It spares people
 * a wait for what will never come; what guards a connection is the judgement at the connection.
 */
export const createReach = ({ allow, lookup = lookupAll, lookupMs = 3000 }: ReachOptions) => {
  const permits = createPermission(allow)

  const addressesOf = async (host: string): Promise<string[]> => {
    if (isIP(host)) return [host]
    // Such a name is this machine by definition (RFC 6761), whether or not the name service says so.
    if (host === 'localhost' || host.endsWith('.localhost')) return loopback
    const found = lookup(host).then((them) => them.map((it) => it.address))
    // A name that nobody knows now may be known when the time comes.
    return await Promise.race([found.catch(() => []), wait(lookupMs, [], { ref: false })])
  }

  return async (url: URL): Promise<boolean> => {
    const host = plainHost(url.hostname)
    const port = portOf(url)
    const addresses = await addressesOf(host)
    return addresses.length === 0 || addresses.some((address) => permits({ host, port, address }))
  }
}

export type Reach = ReturnType<typeof createReach>
