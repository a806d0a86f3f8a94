import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Plugin } from 'vite'

const contract = fileURLToPath(new URL('../../contract/src/index.ts', import.meta.url))
/** Rules rather than data, which need no schema: they come as they are. */
const rules = fileURLToPath(new URL('../../contract/src/voices.ts', import.meta.url))
const printer = fileURLToPath(new URL('./print-contract.ts', import.meta.url))

/**
 * Gives the web app the contract without its schemas. Types come from the real module; at run time `@mina/contract` is a
 * list of plain records (family, method, path …), so the schema library never reaches a browser and each endpoint that
 * a page does not use is shaken out. Importing a schema as a value fails the build: the name is not exported.
 */
export function contractData(): Plugin {
  const name = '\0mina-contract'
  return {
    name: 'mina:contract-data',
    enforce: 'pre',
    resolveId: (id) => (id === '@mina/contract' ? name : undefined),
    async load(id) {
      if (id !== name) return
      // A process of its own, because this one would keep the first version of each module for ever.
      const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', printer, contract], {
        maxBuffer: 8_000_000,
      })
      return { code: `${stdout}export * from ${JSON.stringify(rules)}\n`, moduleSideEffects: false }
    },
    configureServer(server) {
      server.watcher.add(fileURLToPath(new URL('../../contract/src', import.meta.url)))
      server.watcher.on('change', (file) => {
        if (!file.includes('/contract/src/')) return
        const known = server.moduleGraph.getModuleById(name)
        if (known) server.moduleGraph.invalidateModule(known)
        server.ws.send({ type: 'full-reload' })
      })
    },
  }
}
