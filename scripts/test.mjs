import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { countReport } from './counts.ts'

// Every test: those that vitest finds at the root, then the journeys in a browser. With arguments, only the files that
// they name. The last line counts: `N passed, N failed`.
const root = join(import.meta.dirname, '..')
const browser = 'server/test/browser/vitest.config.ts'
const only = process.argv.slice(2)

const run = (config, filters) => {
  const folder = mkdtempSync(join(tmpdir(), 'mina-report-'))
  const output = join(folder, 'report.json')
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${output}`]
  try {
    const { status } = spawnSync(process.execPath, [vitest, 'run', '--config', config, ...reporters, ...filters], {
      cwd: root,
      stdio: 'inherit',
    })
    if (!existsSync(output)) return { passed: 0, failed: 1 }
    return countReport(JSON.parse(readFileSync(output, 'utf8')), status)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const filters = only.length > 0 ? [...only, '--passWithNoTests'] : []
const results = [run('vitest.config.ts', filters)]
if (existsSync(join(root, browser))) results.push(run(browser, filters))
const passed = results.reduce((sum, it) => sum + it.passed, 0)
const failed = results.reduce((sum, it) => sum + it.failed, 0)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
