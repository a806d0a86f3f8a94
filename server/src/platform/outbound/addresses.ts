import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6

const wellKnownNat64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96')
/** All that is handed out for use on the open internet; the rest of IPv6 is local, reserved or not there at all. */
const global = ipaddr.IPv6.parseCIDR('2000::/3')
/** Documentation (RFC 9637), newer than the list that ipaddr.js carries. */
const documentation = ipaddr.IPv6.parseCIDR('3fff::/20')

/** An IPv6 address that only carries an IPv4 one reaches what that one reaches, so that one is judged. */
const carried = (address: Address): Address => {
  if (address.kind() === 'ipv4') return address
  const six = address as ipaddr.IPv6
  if (six.isIPv4MappedAddress()) return six.toIPv4Address()
  return six.match(wellKnownNat64) ? new ipaddr.IPv4(six.toByteArray().slice(12)) : six
}

export const parseAddress = (text: string): Address | null => {
  const bare = text.replace(/^\[|\]$/g, '').replace(/%.*$/, '')
  const strict = ipaddr.IPv4.isValidFourPartDecimal(bare) || ipaddr.IPv6.isValid(bare)
  return strict ? carried(ipaddr.parse(bare)) : null
}

/**
 * Whether anybody on the internet could reach this address too. Everything that is not plainly so is private:
 * loopback, link-local, carrier NAT, multicast, tunnels (6to4, Teredo), reserved and documentation ranges.
 */
export const isPublicAddress = (text: string): boolean => {
  const address = parseAddress(text)
  if (address?.range() !== 'unicast') return false
  if (address.kind() === 'ipv4') return true
  const six = address as ipaddr.IPv6
  return six.match(global) && !six.match(documentation)
}
