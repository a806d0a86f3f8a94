#!/usr/bin/env node
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runTogether } from './children.mjs'

// The command line as `npx mina` finds it: runs the built one under the Node that came with it.
const scripts = dirname(fileURLToPath(import.meta.url))
const root = dirname(scripts)
const needs = process.argv[2] === 'serve' ? [] : ['--cli']
const ready = spawnSync(process.execPath, [join(scripts, 'ensure.mjs'), ...needs], {
  stdio: ['ignore', 'ignore', 'inherit'],
})
if (ready.status !== 0) process.exit(ready.status ?? 1)

const command = join(root, 'node_modules', '.bin', 'node')
const main = join(root, 'server', 'dist', 'cli.js')
// The young generation kept small: tens of megabytes less, see bench/README.md.
const args = ['--max-semi-space-size=8', '--import', join(scripts, 'preload.mjs'), main, ...process.argv.slice(2)]
process.exitCode = await runTogether([{ command, args }])
