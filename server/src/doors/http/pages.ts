import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'

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

  app.get('/', (request, reply) => {
    reply.header('vary', 'accept')
    const wantsJson =
      /application\/json/.test(request.headers.accept ?? '') && !/text\/html/.test(request.headers.accept ?? '')
    if (!wantsJson) return page(reply, 'index.html')
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
  app.get('/terms', (_request, reply) => page(reply, 'terms.html'))
  app.get('/privacy', (_request, reply) => page(reply, 'privacy.html'))
}
