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

test.each([
  [{ code: 'EADDRINUSE', syscall: 'listen' }, 'set PORT'],
  [{ code: 'EACCES', syscall: 'listen' }, 'Set PORT to a number above 1023'],
  [{ code: 'EADDRNOTAVAIL', syscall: 'listen' }, 'HOST is no address of this machine'],
  [{ code: 'ENOTFOUND', syscall: 'getaddrinfo' }, 'HOST is no address of this machine'],
  [{ code: 'EACCES', syscall: 'mkdir', path: '/srv/mina/tmp' }, 'This user may not write to /srv/mina/tmp'],
  [{ code: 'ENOSPC', syscall: 'write' }, 'The disk is full'],
])('what the system refuses is told with what to do: %j', (refusal, remedy) => {
  expect(reasonOfStart(Object.assign(new Error('refused'), refusal))).toContain(remedy)
})
