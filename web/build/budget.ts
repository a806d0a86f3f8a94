import { brotliCompressSync, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

interface Chunk {
  type: 'chunk'
  fileName: string
  code: string
  imports: string[]
  facadeModuleId: string | null
}

/** Everything that must arrive before the library is shown: the entry, the page, its words, and what these import. */
function firstLoad(chunks: Chunk[], roots: RegExp[]) {
  const byName = new Map(chunks.map((it) => [it.fileName, it]))
  const found = new Set<Chunk>()
  const add = (it: Chunk | undefined) => {
    if (!it || found.has(it)) return
    found.add(it)
    for (const name of it.imports) add(byName.get(name))
  }
  for (const root of roots) {
    const it = chunks.find((chunk) => root.test(chunk.facadeModuleId ?? ''))
    if (!it) throw new Error(`The budget names ${root}, which is no chunk any more: correct web/vite.config.ts.`)
    add(it)
  }
  return [...found]
}

/** Fails the build when the first load outgrows its budget, while the change that did it is still at hand. */
export function budget(roots: RegExp[], most: number): Plugin {
  return {
    name: 'mina:budget',
    apply: 'build',
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((it) => it.type === 'chunk') as Chunk[]
      const load = firstLoad(chunks, roots)
      const size = (compress: (code: string) => { length: number }) =>
        load.reduce((sum, it) => sum + compress(it.code).length, 0)
      const [brotli, gz] = [size((code) => brotliCompressSync(code)), size((code) => gzipSync(code, { level: 9 }))]
      const said = `First load of the library: ${(brotli / 1000).toFixed(1)} KB brotli, ${(gz / 1000).toFixed(1)} KB gzip, budget ${most / 1000} KB.`
      if (gz > most) this.error(said)
      this.info(said)
    },
  }
}
