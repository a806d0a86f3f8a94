import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import {
  databaseCode,
  isConflictOfTransactions,
  isDiskFull,
  isForeignKeyViolation,
  isNoText,
  isUnavailable,
  isUniqueViolation,
} from './errors.ts'

const coded = (code: string): Error => Object.assign(new Error('driver text'), { code })
const wrapped = (code: string): Error => new Error('Failed query: …', { cause: coded(code) })

test('a code is found through wrappers and in the first of several errors', () => {
  expect(databaseCode(wrapped('23505'))).toBe('23505')
  expect(databaseCode(new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')]))).toBe('ECONNREFUSED')
  expect(databaseCode(new Error('none'))).toBeUndefined()
  expect(databaseCode('not even an error')).toBeUndefined()
})

test.each([
  ['23505', isUniqueViolation],
  ['23503', isForeignKeyViolation],
  ['53100', isDiskFull],
  ['22021', isNoText],
  ['22P05', isNoText],
  ['40001', isConflictOfTransactions],
  ['40P01', isConflictOfTransactions],
  ['57P01', isUnavailable],
  ['57P03', isUnavailable],
  ['08006', isUnavailable],
  ['53300', isUnavailable],
])('%s is told', (code, tells) => {
  expect(tells(wrapped(code))).toBe(true)
  expect(tells(wrapped('22001'))).toBe(false)
})

test('a broken connection is known by the driver’s words where it gives no code', () => {
  expect(isUnavailable(new Error('query', { cause: new Error('Connection terminated unexpectedly') }))).toBe(true)
  expect(isUnavailable(new Error('timeout exceeded when trying to connect'))).toBe(true)
  expect(isUnavailable(new TypeError('x is not a function'))).toBe(false)
})

test('a socket that is not there is trouble of the database, a file that is not there is not', async () => {
  const noSocket = await new Promise((done) => connect('/nowhere/.s.PGSQL.5432').once('error', done))
  expect(databaseCode(noSocket)).toBe('ENOENT')
  expect(isUnavailable(new Error('Failed query: …', { cause: noSocket }))).toBe(true)
  const noFile = await readFile('/nowhere/audio.wav').catch((error: unknown) => error)
  expect(databaseCode(noFile)).toBe('ENOENT')
  expect(isUnavailable(noFile)).toBe(false)
  expect(isUnavailable(new Error('wrapped', { cause: noFile }))).toBe(false)
  const refused = Object.assign(coded('ECONNREFUSED'), { syscall: 'connect' })
  expect(isUnavailable(new AggregateError([refused]))).toBe(true)
  expect(isUnavailable(Object.assign(coded('ECONNRESET'), { syscall: 'read' }))).toBe(true)
})
