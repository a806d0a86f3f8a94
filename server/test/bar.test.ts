import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../src/config/index.ts'

const LINES = 77

/** The rows of docs/bar.md: a number, and the files that hold it. */
const rows = readFileSync(join(root, 'docs/bar.md'), 'utf8')
  .split('\n')
  .map((line) => /^\| (\d+) +\| ([^|]+?) +\| ([^|]+?) +\|$/.exec(line))
  .flatMap((found) => (found ? [{ line: Number(found[1]), what: found[2]!, where: found[3]! }] : []))

test('each line of the bar stands in the table once', () => {
  expect(rows.map((it) => it.line)).toEqual(Array.from({ length: LINES }, (_, at) => at + 1))
})

test.each(rows)('$line: $what', ({ where }) => {
  const files = [...where.matchAll(/`([^`]+)`/g)].map((it) => it[1]!)
  expect(files.length).toBeGreaterThan(0)
  for (const file of files) {
    expect([file, existsSync(join(root, file))]).toEqual([file, true])
    if (file.endsWith('.test.ts')) expect(readFileSync(join(root, file), 'utf8')).toMatch(/\b(test|it)(\.\w+)*\(/)
  }
})
