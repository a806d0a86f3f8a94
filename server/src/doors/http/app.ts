import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import compress from '@fastify/compress'
import cookie from '@fastify/cookie'
import cors from '@fastify/cors'
import multipart from '@fastify/multipart'
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import type { Route } from '../../access/route.ts'
import type { Config } from '../../config/index.ts'
import type { Log } from '../../platform/log.ts'
import { histogram } from '../../platform/metrics.ts'
import { Refusal } from '../../platform/refusal.ts'
import { createFailures, familyOf } from './failures.ts'
import { type MountOptions, mount } from './mount.ts'
import { openApi } from './openapi.ts'
import { addPages, missingPage } from './pages.ts'
import { addReference } from './reference.ts'
import { addSecurityHeaders, securityHeaders } from './security.ts'
import { refuseSlowBodies } from './slow-bodies.ts'
import { mountTus, type Resumable } from './tus.ts'

interface AppOptions extends Omit<MountOptions, 'failures' | 'limits'> {
  config: Config
  log: Log
  version: string
  routes: readonly Route[]
  webDir: string
  resumable: Resumable
}

const durations = histogram(
  'mina_http_request_seconds',
  'Time to answer a request, by route.',
  [0.005, 0.02, 0.1, 0.3, 1, 3, 10, 60],
  ['method', 'route', 'status'],
)

/** A search of 10,000 characters fits into an address, however they are encoded. */
const MOST_HEADER_BYTES = 65_536

const server = ({ tls, trustedProxies }: Config): FastifyServerOptions => ({
  logger: false,
  genReqId: () => randomUUID(),
  trustProxy: trustedProxies.length > 0 ? trustedProxies : false,
  routerOptions: { maxParamLength: 2_000, ignoreTrailingSlash: true },
  requestTimeout: 0,
  connectionTimeout: 0,
  keepAliveTimeout: 65_000,
  return503OnClosing: true,
  ...(tls
    ? { https: { cert: readFileSync(tls.cert), key: readFileSync(tls.key), maxHeaderSize: MOST_HEADER_BYTES } }
    : { http: { maxHeaderSize: MOST_HEADER_BYTES } }),
})

function acceptBodies(app: FastifyInstance) {
  app.removeContentTypeParser('text/plain')
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  )
  // Any other type stays a stream: endpoints that take raw bytes read it, the others refuse it.
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
}

function watch(app: FastifyInstance, log: Log) {
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown'
    durations.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000)
    log.debug(
      {
        request_id: request.id,
        method: request.method,
        route,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        user: request.principal?.userId,
      },
      'answered',
    )
    done()
  })
}

/** The HTTP door: Fastify with our headers, our bodies, our failures, and the routes of all features. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { config, log, version, routes, webDir } = options
  const failures = createFailures(log)
  const security = securityHeaders({ secure: config.secure, reportOnly: config.cspReportOnly })
  const app = Fastify({
    ...server(config),
    // Addresses that are none never come to a route, nor to what routes have in common.
    frameworkErrors(error, request, reply) {
      reply.headers({ ...security, 'x-request-id': request.id, 'cache-control': 'no-store' })
      void failures(familyOf(request.raw.url ?? ''))(error, request, reply)
    },
  })
  app.decorateRequest('principal', null)

  addSecurityHeaders(app, security)
  watch(app, log)
  refuseSlowBodies(app, { patienceSeconds: config.limits.slowBodySeconds, failures })
  await app.register(cookie)
  if (config.corsOrigins.length > 0)
    await app.register(cors, {
      origin: config.corsOrigins.includes('*') ? true : config.corsOrigins,
      credentials: !config.corsOrigins.includes('*'),
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      exposedHeaders: [
        'x-request-id',
        'retry-after',
        'ratelimit-limit',
        'ratelimit-remaining',
        'ratelimit-reset',
        'content-disposition',
        'x-conversation-id',
        // Without these a page elsewhere can not go on with a resumable upload.
        ...['location', 'tus-resumable', 'upload-offset', 'upload-length'],
        ...['tus-version', 'tus-extension', 'tus-max-size'],
      ],
    })
  await app.register(compress, { threshold: 1_024, encodings: ['br', 'gzip'] })
  await app.register(multipart)
  acceptBodies(app)

  app.setErrorHandler((error, request, reply) => failures(familyOf(request.url))(error, request, reply))
  const missing = missingPage(webDir)
  app.setNotFoundHandler((request, reply) => {
    const family = familyOf(request.url)
    const page = family === 'platform' && missing(request, reply)
    return page || failures(family)(new Refusal('not_found', 'There is nothing at this address.'), request, reply)
  })

  // Made when somebody reads it, since it takes time and memory: the pages of documentation ask by `toJSON`.
  let described: ReturnType<typeof openApi> | undefined
  const describe = () => {
    described ??= openApi(
      routes.map((it) => it.endpoint),
      version,
    )
    return described
  }
  await addReference(app, describe)
  app.get('/openapi.json', (_request, reply) => reply.send(describe()))

  mount(app, routes, {
    ...options,
    failures,
    limits: {
      json: config.limits.jsonBytes,
      text: config.limits.textBytes,
      upload: config.limits.uploadBytes,
      media: config.limits.mediaBytes,
    },
  })
  await mountTus(app, { ...options, failures })
  await addPages(app, { folder: webDir, version })
  return app
}
