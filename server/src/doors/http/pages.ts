import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { pageLanguage } from '../../platform/page-language.ts'

interface PagesOptions {
  /** The built web app. */
  folder: string
  version: string
}

/** The web app and the static pages. Hashed assets never change; pages are asked for anew each time. */
export async function addPages(app: FastifyInstance, { folder, version }: PagesOptions) {
  const built = existsSync(join(folder, 'app.html'))
  if (built)
    await app.register(fastifyStatic, {
      root: folder,
      prefix: '/',
      index: false,
      preCompressed: true,
      setHeaders: (reply, path) => {
        const immutable = path.includes(`${folder}/assets/`)
        reply.header('cache-control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache')
      },
    })

  const page = (reply: FastifyReply, file: string) => {
    reply.header('cache-control', 'no-cache')
    if (built) return reply.sendFile(file)
    return reply
      .code(503)
      .type('text/plain; charset=utf-8')
      .send('The web app is not built yet. Stop the server and run: npm start\n')
  }

  const written = (request: FastifyRequest, reply: FastifyReply, name: string) => {
    const { lang } = request.query as { lang?: string | string[] }
    const language = pageLanguage([lang].flat()[0], request.headers['accept-language'])
    reply.header('vary', 'accept, accept-language').header('content-language', language)
    return page(reply, language === 'it' ? `${name}.it.html` : `${name}.html`)
  }

  app.get('/', (request, reply) => {
    reply.header('vary', 'accept')
    const wantsJson =
      /application\/json/.test(request.headers.accept ?? '') && !/text\/html/.test(request.headers.accept ?? '')
    if (!wantsJson) return written(request, reply, 'index')
    return reply.send({
      service: 'Audio Transcription API',
      name: 'Mina',
      version,
      documentation: '/docs',
      openapi: '/openapi.json',
      app: '/app',
      health: '/health',
    })
  })
  app.get('/app', (_request, reply) => page(reply, 'app.html'))
  app.get('/terms', (request, reply) => written(request, reply, 'terms'))
  app.get('/privacy', (request, reply) => written(request, reply, 'privacy'))
}
