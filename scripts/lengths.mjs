import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

const longest = 400
const source = /\.(ts|tsx|mjs|css)$/
const skipped = new Set(['node_modules', 'dist', 'data', '.git'])

const sources = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : sources(path)
    return entry.isFile() && source.test(entry.name) ? [path] : []
  })

/** Files that have grown over what one reader can keep in mind. */
export const longFiles = async (root) =>
  sources(root)
    .map((path) => ({ path, lines: readFileSync(path, 'utf8').split('\n').length - 1 }))
    .filter(({ lines }) => lines > longest)
    .map(({ path, lines }) => `${relative(root, path)} has ${lines} lines; more than ${longest} is two files`)
    .join('\n')
