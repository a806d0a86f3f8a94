import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

// `npm run bench` names the benches, `npm run bench http -- --seconds 3` runs one.
const [name, ...args] = process.argv.slice(2)
const places = (it: string) => [`${it}.ts`, join(it, 'run.ts')].map((file) => join(import.meta.dirname, file))
const fileOf = (it: string) => places(it).find((file) => existsSync(file))
const names = readdirSync(import.meta.dirname)
  .map((it) => it.replace(/\.ts$/, ''))
  .filter((it, at, all) => it !== 'run' && fileOf(it) && all.indexOf(it) === at)

const file = name && names.includes(name) ? fileOf(name) : undefined
if (file) {
  const preload = join(import.meta.dirname, '../scripts/preload.mjs')
  const child = spawn(process.execPath, ['--import', preload, file, ...args], { stdio: 'inherit' })
  const [code] = (await once(child, 'exit')) as [number | null]
  process.exitCode = code ?? 1
} else {
  console.log(`npm run bench <name> -- <options>\nThere are: ${names.join(', ')}. See bench/README.md.`)
  process.exitCode = name ? 2 : 0
}
