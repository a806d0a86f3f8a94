import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'

interface SecurityOptions {
  secure: boolean
  reportOnly: boolean
}

const own = ["'self'"]
const SHARED = /^\/(api\/shares|s)\/:token/

/** Nothing inline, nothing from elsewhere; HSTS only where the public address is https. */
export async function addSecurityHeaders(app: FastifyInstance, { secure, reportOnly }: SecurityOptions) {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      reportOnly,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: own,
        styleSrc: own,
        imgSrc: ["'self'", 'data:', 'blob:'],
        mediaSrc: ["'self'", 'blob:'],
        connectSrc: own,
        fontSrc: own,
        workerSrc: own,
        manifestSrc: own,
        baseUri: ["'none'"],
        formAction: own,
        frameAncestors: ["'none'"],
        requireTrustedTypesFor: ["'script'"],
      },
    },
    strictTransportSecurity: secure ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    referrerPolicy: { policy: 'no-referrer' },
    frameguard: { action: 'deny' },
    crossOriginEmbedderPolicy: false,
    crossOriginResourcePolicy: { policy: 'same-origin' },
    permittedCrossDomainPolicies: false,
    xXssProtection: false,
  })
  app.addHook('onSend', async (request, reply) => {
    const { url = '' } = request.routeOptions
    const isPage = reply.getHeader('content-type')?.toString().startsWith('text/html')
    if (!isPage && !reply.hasHeader('cache-control') && !url.startsWith('/assets'))
      reply.header('cache-control', 'no-store')
    // Whatever the answer: what was shared with some is not for search engines.
    if (SHARED.test(url)) reply.header('x-robots-tag', 'noindex, nofollow')
    reply.header('permissions-policy', 'camera=(), geolocation=(), microphone=(self), display-capture=(self)')
  })
}
