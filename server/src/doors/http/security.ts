import type { FastifyInstance } from 'fastify'

interface SecurityOptions {
  secure: boolean
  reportOnly: boolean
}

const SHARED = /^\/(api\/shares|s)\/:token/

/** Nothing inline, nothing from elsewhere: what a page of ours may load, and where it may send. */
const PAGE_POLICY = Object.entries({
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data: blob:",
  'media-src': "'self' blob:",
  'connect-src': "'self'",
  'font-src': "'self'",
  'worker-src': "'self'",
  'manifest-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'self'",
  'frame-ancestors': "'none'",
  'require-trusted-types-for': "'script'",
})
  .map((it) => it.join(' '))
  .join(';')

/** For every answer, errors too. */
export const securityHeaders = ({ secure, reportOnly }: SecurityOptions): Record<string, string> => ({
  [`content-security-policy${reportOnly ? '-report-only' : ''}`]: PAGE_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(self), display-capture=(self)',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // A browser that once came by https must not be led back to http; over http it would lock people out.
  ...(secure && { 'strict-transport-security': 'max-age=31536000' }),
})

/** They were written out once, since every request pays for them. */
export function addSecurityHeaders(app: FastifyInstance, headers: Record<string, string>) {
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(headers).header('x-request-id', request.id)
    done()
  })
  app.addHook('onSend', (request, reply, payload, done) => {
    const { url = '' } = request.routeOptions
    if (!reply.hasHeader('cache-control') && !url.startsWith('/assets')) {
      const isPage = reply.getHeader('content-type')?.toString().startsWith('text/html')
      if (!isPage) reply.header('cache-control', 'no-store')
    }
    // Whatever the answer: what was shared with some is not for search engines.
    if (SHARED.test(url)) reply.header('x-robots-tag', 'noindex, nofollow')
    done(null, payload)
  })
}
