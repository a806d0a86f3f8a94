import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { countReport } from './counts.ts'

const file = (status: string, tests: number) => ({
  status,
  assertionResults: Array.from({ length: tests }, () => ({})),
})

test.each([
  ['all is well', { numPassedTests: 3, numFailedTests: 0, testResults: [file('passed', 3)] }, 0, [3, 0]],
  ['tests fail', { numPassedTests: 2, numFailedTests: 1, testResults: [file('failed', 3)] }, 1, [2, 1]],
  ['a file can not be loaded', { numPassedTests: 2, numFailedTests: 0, testResults: [file('failed', 0)] }, 1, [2, 1]],
  ['an error stands outside of any test', { numPassedTests: 2, numFailedTests: 0, testResults: [] }, 1, [2, 1]],
])('counts when %s', (_, report, exitCode, [passed, failed]) => {
  expect(countReport(report, exitCode)).toEqual({ passed, failed })
})

// .ci/run with stand-ins for npm's two commands: what it counts and how it ends is its own.
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mina-ci-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const runWith = (check: string, tests: string) => {
  mkdirSync(join(folder, 'bin'), { recursive: true })
  const npm = `#!/bin/sh\ncase "$*" in\n"run check") ${check} ;;\ntest) ${tests} ;;\n*) exit 9 ;;\nesac\n`
  writeFileSync(join(folder, 'bin', 'npm'), npm, { mode: 0o755 })
  const run = spawnSync(join(import.meta.dirname, '..', '.ci', 'run'), {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${join(folder, 'bin')}:${process.env.PATH}` },
  })
  return { status: run.status, last: run.stdout.trimEnd().split('\n').at(-1) }
}

test.each([
  ['all holds', 'echo 8 passed, 0 failed', 'echo 100 passed, 0 failed', 0, '108 passed, 0 failed'],
  ['a check fails', 'echo 7 passed, 1 failed; exit 1', 'echo 100 passed, 0 failed', 1, '107 passed, 1 failed'],
  ['tests fail', 'echo 8 passed, 0 failed', 'echo 98 passed, 2 failed; exit 1', 1, '106 passed, 2 failed'],
  ['tests break before they count', 'echo 8 passed, 0 failed', 'exit 1', 1, '8 passed, 1 failed'],
  [
    'tests count well and end badly',
    'echo 8 passed, 0 failed',
    'echo 9 passed, 0 failed; exit 3',
    1,
    '17 passed, 1 failed',
  ],
])('.ci/run when %s', (_, check, tests, status, last) => {
  expect(runWith(check, tests)).toEqual({ status, last })
})
