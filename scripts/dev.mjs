import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runTogether } from './children.mjs'

// The server, started again when its sources change, and the web app with its own reloading.
const root = dirname(import.meta.dirname)
const command = process.execPath
const server = ['--watch', '--watch-preserve-output', '--max-semi-space-size=8', 'server/src/main.ts']
const vite = [join(root, 'node_modules', 'vite', 'bin', 'vite.js')]

process.exitCode = await runTogether([
  { command, args: server, cwd: root },
  ...(existsSync(join(root, 'web', 'index.html')) ? [{ command, args: vite, cwd: join(root, 'web') }] : []),
])
