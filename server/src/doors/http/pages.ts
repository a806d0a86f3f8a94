import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { pageLanguage } from '../../platform/page-language.ts'

interface PagesOptions {
  /** The built web app. */
  folder: string
  version: string
}

const languageFor = (request: FastifyRequest) => {
  const { lang } = request.query as { lang?: string | string[] }
  return pageLanguage([lang].flat()[0], request.headers['accept-language'])
}

/** For a person in front of a browser who opens an address that is none; `null` for programs, which keep their JSON. */
export function missingPage(folder: string) {
  const read = (file: string) => (existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : null)
  const pages = { en: read('missing.html'), it: read('missing.it.html') }
  return (request: FastifyRequest, reply: FastifyReply) => {
    const language = languageFor(request)
    const page = pages[language]
    const browsing = ['GET', 'HEAD'].includes(request.method) && /text\/html/.test(request.headers.accept ?? '')
    if (!page || !browsing) return null
    return reply
      .code(404)
      .headers({ vary: 'accept, accept-language', 'content-language': language, 'cache-control': 'no-cache' })
      .type('text/html; charset=utf-8')
      .send(page)
  }
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
    const language = languageFor(request)
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
