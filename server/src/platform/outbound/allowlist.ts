import ipaddr from 'ipaddr.js'
import { parseAddress } from './addresses.ts'

export interface Target {
  /** As in the URL: a name or an address. */
  host: string
  port: number
  /** Where the connection would really go. */
  address: string
}

type Rule = (target: Target) => boolean

export const plainHost = (host: string): string =>
  host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')

const networkRule = (network: string): Rule => {
  const [base, bits] = ipaddr.parseCIDR(network)
  return ({ address }) => {
    const found = parseAddress(address)
    return found?.kind() === base.kind() && found.match(base, bits)
  }
}

const hostRule = (host: string): Rule => {
  const wanted = plainHost(host)
  const literal = parseAddress(wanted)?.toNormalizedString()
  if (literal) return ({ address }) => parseAddress(address)?.toNormalizedString() === literal
  if (!/^[\p{L}\p{N}._-]+$/u.test(wanted)) throw new TypeError(`"${host}" is neither a host nor a network`)
  return (target) => plainHost(target.host) === wanted
}

/** `host`, `address`, `network/bits`, each with `:port` where only one port is meant; IPv6 with a port in brackets. */
const ruleOf = (entry: string): Rule => {
  const [, bracketed, single, port] = /^(?:(\[[^\]]+\](?:\/\d+)?)|([^:]+))(?::(\d{1,5}))?$/.exec(entry) ?? []
  const where = (bracketed ?? single ?? entry).replace(/[[\]]/g, '')
  const rule = where.includes('/') ? networkRule(where) : hostRule(where)
  return port ? (target) => target.port === Number(port) && rule(target) : rule
}

/** Why an entry of the operator's list is wrong, or null; for the check of the configuration at start. */
export const wrongAllowance = (entry: string): string | null => {
  try {
    ruleOf(entry)
    return null
  } catch {
    return `"${entry}" is not a host, an address or a network such as 10.0.0.0/8, with or without :port`
  }
}

/** What the operator vouches for although it is private or on an unusual port. */
export const createAllowlist = (entries: readonly string[]): Rule => {
  const rules = entries.map(ruleOf)
  return (target) => rules.some((rule) => rule(target))
}
