import { DrizzleQueryError } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { reasonOfStart } from './run.ts'

test('a query that fails during the start is told without its SQL', () => {
  const failed = (code: string) =>
    new DrizzleQueryError('SELECT secret FROM users', ['x'], Object.assign(new Error('no'), { code }))
  expect(reasonOfStart(failed('42P01'))).toMatch(/^The database refused .* \(42P01\)/)
  expect(reasonOfStart(failed('57P01'))).toMatch(/^The database stopped answering/)
  for (const code of ['42P01', '57P01']) expect(reasonOfStart(failed(code))).not.toContain('secret')
})

test('a port that is taken is told with what to do', () => {
  expect(reasonOfStart(Object.assign(new Error('listen'), { code: 'EADDRINUSE' }))).toContain('set PORT')
})
