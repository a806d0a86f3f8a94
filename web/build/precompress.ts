import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const worth = /\.(js|css|html|svg|json|webmanifest)$/

/** Leaves a .br and a .gz beside each file, at the best level, so that the server only has to send them. */
export function precompress(folder: string): Plugin {
  return {
    name: 'mina:precompress',
    apply: 'build',
    enforce: 'post',
    closeBundle: {
      order: 'post',
      sequential: true,
      async handler() {
        const files = await readdir(folder, { recursive: true })
        await Promise.all(
          files
            .filter((it) => worth.test(it))
            .map(async (it) => {
              const path = join(folder, it)
              const bytes = await readFile(path)
              if (bytes.length < 1024) return
              const best = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }
              await writeFile(`${path}.br`, await promisify(brotliCompress)(bytes, best))
              await writeFile(`${path}.gz`, await promisify(gzip)(bytes, { level: 9 }))
            }),
        )
      },
    },
  }
}
