import type { Connect, Plugin } from 'vite'

/** The addresses that the server gives these files, so that development and preview look the same. */
const files: [RegExp, string][] = [
  [/^\/app\/?$/, '/app.html'],
  [/^\/s\/[^/]+$/, '/share.html'],
  [/^\/(terms|privacy|missing|gallery)$/, '/$1.html'],
]

const rewrite: Connect.NextHandleFunction = (request, _response, next) => {
  const [path = '', query] = (request.url ?? '').split('?')
  if (query === 'lang=it') {
    request.url = `${path === '/' ? '/index' : path}.it.html`
    return next()
  }
  for (const [address, file] of files) {
    if (address.test(path)) request.url = path.replace(address, file) + (query ? `?${query}` : '')
  }
  next()
}

export const addresses = (): Plugin => ({
  name: 'mina:addresses',
  configureServer: (server) => void server.middlewares.use(rewrite),
  configurePreviewServer: (server) => void server.middlewares.use(rewrite),
})
