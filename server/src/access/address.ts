import { isIPv6 } from 'node:net'
import ipaddr from 'ipaddr.js'

/** What counts as one address: a provider gives each customer a whole /64. */
export function addressKey(ip: string): string {
  if (!isIPv6(ip)) return ip
  const address = ipaddr.parse(ip) as ipaddr.IPv6
  if (address.isIPv4MappedAddress()) return address.toIPv4Address().toString()
  const network = address.parts.slice(0, 4).map((part) => part.toString(16))
  return `${network.join(':')}::/64`
}
