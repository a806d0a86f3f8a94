import { unreachable } from './links.ts'
import type { GuardedRequest } from './port.ts'

export const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status)

/** What goes along to the next hop: as browsers do it, and nothing private to another origin. */
export const onward = (sent: GuardedRequest, status: number, from: URL, to: URL): GuardedRequest => {
  const { body, method = 'GET', headers = {}, ...rest } = sent
  const becomesGet = status === 303 || (status < 303 && method === 'POST')
  const foreign = from.origin !== to.origin
  const kept = Object.entries(headers).filter(([name]) => {
    const it = name.toLowerCase()
    if (becomesGet && it.startsWith('content-')) return false
    return !foreign || ['accept', 'accept-language', 'content-type', 'user-agent'].includes(it)
  })
  if (body !== undefined && !becomesGet && from.protocol === 'https:' && to.protocol === 'http:') throw unreachable()
  return {
    ...rest,
    headers: Object.fromEntries(kept),
    method: becomesGet && method !== 'HEAD' ? 'GET' : method,
    ...(body !== undefined && !becomesGet && { body }),
  }
}
