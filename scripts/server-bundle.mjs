import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { rolldown } from 'rolldown'

// The server as a few files of plain JavaScript in server/dist: the same code, but a start reads twenty files instead of
// fifteen hundred and strips no types. See docs/decisions/0130.

const root = dirname(import.meta.dirname)
const source = join(root, 'server', 'src')
const dist = join(root, 'server', 'dist')

/** What Node is told to run: the server, the command line, and what these start beside themselves. */
const programs = {
  main: 'main.ts',
  cli: 'doors/cli/main.ts',
  child: 'speech/engines/local/child.ts',
  'office-process': 'features/documents/office-process.ts',
  'office-guard': 'features/documents/office-guard.ts',
}

/** Packages that every start loads. The others stay where they are: loaded at need, or with files of their own beside them. */
const everyStart = new RegExp(
  `^(${[
    '@fastify/(compress|cookie|cors|multipart)',
    ...['@mina/contract', '@tus/file-store', 'client-zip', 'commander', 'cookie', 'drizzle-orm', 'fastify'],
    ...['ibantools', 'ipaddr.js', 'jose', 'nodemailer', 'pg', 'pg-boss', 'pino', 'prom-client'],
    ...['rate-limiter-flexible', 'socket.io', 'standardwebhooks', 'ws', 'zod'],
  ].join('|')})(/|$)`,
)

const packages = {
  name: 'packages',
  async resolveId(name, importer, { kind }) {
    if (!importer || name.startsWith('node:')) return null
    if (name.endsWith('/scripts/preload.mjs')) return { id: '../../scripts/preload.mjs', external: true }
    // Zod's messages in fifty languages, see preload.mjs.
    if (name === '../locales/index.js' && importer.includes('/zod/')) return this.resolve('../locales/en.js', importer)
    const isOurs = !importer.includes('/node_modules/')
    const isPackage = !/^[./]/.test(name)
    const stays = kind === 'dynamic-import' || !everyStart.test(name)
    return isOurs && isPackage && stays ? { id: name, external: true } : null
  },
}

/** A file goes on finding what lies beside its source; programs are found where they were built. */
const addresses = {
  name: 'addresses',
  transform: {
    filter: { id: /\/server\/src\/.*\.ts$/, code: 'import.meta.url' },
    handler: (code, id) =>
      code.replaceAll(/new URL\('\.\/([\w-]+)\.ts', import\.meta\.url\)|import\.meta\.url/g, (_, program) =>
        program
          ? `new URL('./${program}.js', import.meta.url)`
          : `new URL(${JSON.stringify(relative(dist, id))}, import.meta.url).href`,
      ),
  },
}

/** To name `Response` loads Node's fetch, which takes 17 MB; this one asks it of every answer that it might compress. */
let asksForResponse = true
const compression = {
  name: 'compression',
  transform: {
    filter: { id: /\/@fastify\/compress\/lib\/utils\.js$/ },
    handler(code) {
      const without = code.replace(
        'obj instanceof Response',
        "Object.prototype.toString.call(obj) === '[object Response]'",
      )
      asksForResponse = without === code
      return without
    },
  },
  buildEnd(error) {
    if (!error && asksForResponse) this.error('@fastify/compress asks for a Response elsewhere, or nowhere: see which.')
  },
}

/** V8 keeps a source that is all ASCII in half the memory. */
const inAscii = (code) =>
  code.replaceAll(/[^\p{ASCII}]/gu, (letter) =>
    Array.from({ length: letter.length }, (_, at) => `\\u${letter.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
      '',
    ),
  )

const bundle = await rolldown({
  cwd: root,
  input: Object.fromEntries(Object.entries(programs).map(([name, path]) => [name, join(source, path)])),
  platform: 'node',
  plugins: [packages, addresses, compression],
  logLevel: 'warn',
})
const { output } = await bundle.generate({
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'part-[name].js',
  // Names stay whole: they are what a stack trace tells.
  minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
})
// Made aside and put in place at once: another start may build at the same time, and one of the two is kept.
const aside = `${dist}-${process.pid}`
await mkdir(aside, { recursive: true })
for (const { fileName, code } of output) await writeFile(join(aside, fileName), inAscii(code))
await rm(dist, { recursive: true, force: true })
await rename(aside, dist).catch(() => rm(aside, { recursive: true, force: true }))
