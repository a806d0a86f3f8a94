import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'

const paper = 'oklch(98.6% 0.004 85)'
const accent = 'oklch(50% 0.16 268)'

const mark = `<svg xmlns="http://www.w3.org/2000/svg" width="96" height="30" viewBox="0 0 96 30">
<path d="M4 13.5v3M8 9v12M12 12.5v5M16 9v12M20 13.5v3" fill="none" stroke="#8ba4f5" stroke-width="2" stroke-linecap="round"/>
<text x="32" y="21" font-family="system-ui, sans-serif" font-size="18" font-weight="650" fill="#f2efe9">Mina</text></svg>`

/** Mina's paper, ink and accent over the page that comes with Swagger; the address to explore is always this one. */
const style = `
html:not(.dark-mode) body { background: ${paper}; }
.swagger-ui, .swagger-ui .info .title, .swagger-ui .opblock-tag, .swagger-ui .opblock .opblock-summary-description,
.swagger-ui .btn, .swagger-ui select, .swagger-ui label, .swagger-ui table thead tr th { font-family: system-ui, sans-serif; }
.swagger-ui .topbar { padding: 12px 0; }
.swagger-ui .topbar .download-url-wrapper { display: none; }
.swagger-ui .topbar-wrapper { justify-content: space-between; }
.swagger-ui .scheme-container { background: none; box-shadow: none; padding: 0 0 16px; }
.swagger-ui .info { margin: 32px 0 16px; }
.swagger-ui .info .title small { border-radius: 6px; }
.swagger-ui .opblock { border-radius: 10px; box-shadow: none; margin-bottom: 8px; }
.swagger-ui .opblock .opblock-summary-method { border-radius: 7px; }
.swagger-ui .opblock-tag { font-size: 19px; letter-spacing: -0.01em; }
.swagger-ui .btn { border-radius: 8px; box-shadow: none; }
.swagger-ui .btn.authorize, .swagger-ui .btn.execute { border-color: ${accent}; }
html:not(.dark-mode) .swagger-ui .btn.authorize { color: ${accent}; }
html:not(.dark-mode) .swagger-ui .btn.authorize svg { fill: ${accent}; }
.swagger-ui .btn.execute { background: ${accent}; }
.swagger-ui :focus-visible { outline: 2px solid ${accent}; outline-offset: 2px; }
`

/** The reference page brings a policy that lets in any https host and frames; what it needs is here. */
const documentationPolicy = (policy: string) =>
  policy
    .replace(/ (https:|validator\.swagger\.io)(?=[ ;])/g, '')
    .replace("frame-ancestors 'self'", "frame-ancestors 'none'")
    .replace(/upgrade-insecure-requests;?/, '')

/** Every call with its fields, to read and to try, at `/docs`. The description is made when somebody reads it. */
export async function addReference(app: FastifyInstance, describe: () => object) {
  await app.register(swagger, { mode: 'static', specification: { document: { toJSON: describe } as never } })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    transformStaticCSP: documentationPolicy,
    logo: { type: 'image/svg+xml', content: mark, href: '/', target: '_self' },
    theme: { title: 'API, Mina', css: [{ filename: 'mina.css', content: style }] },
    // Twenty headings are read at a glance, two hundred calls are not.
    uiConfig: { docExpansion: 'none', filter: true, persistAuthorization: false },
  })
}
