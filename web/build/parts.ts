import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

/** Puts what the pages of both languages share into each: `<!-- part: name -->` becomes `parts/name.html`. */
export const parts = (folder: string): Plugin => ({
  name: 'mina:parts',
  transformIndexHtml: {
    order: 'pre',
    handler: (html) =>
      html.replace(/<!-- part: ([\w-]+) -->/g, (_, name: string) =>
        readFileSync(join(folder, `${name}.html`), 'utf8').trim(),
      ),
  },
})
