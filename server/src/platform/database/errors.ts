import { DrizzleQueryError } from 'drizzle-orm'

/** Stops a start: one line that says what happened and what to do, for the person at the terminal. */
export class DatabaseStartError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'DatabaseStartError'
  }
}

interface WithCode {
  code?: unknown
  syscall?: unknown
  message?: unknown
  cause?: unknown
  errors?: unknown
}

/** Drizzle wraps the driver's error, so the code may stand one or two causes deep. */
const coded = (error: unknown): { code: string; syscall?: unknown } | undefined => {
  for (let at = error as WithCode | undefined, depth = 0; at && depth < 5; depth += 1) {
    if (typeof at.code === 'string') return { code: at.code, syscall: at.syscall }
    const inner = Array.isArray(at.errors) ? (at.errors as unknown[])[0] : at.cause
    at = inner && typeof inner === 'object' ? (inner as WithCode) : undefined
  }
  return undefined
}

/** The SQLSTATE, or the system's code. */
export const databaseCode = (error: unknown): string | undefined => coded(error)?.code

const messages = (error: unknown): string => {
  const found: string[] = []
  for (let at = error as WithCode | undefined, depth = 0; at && depth < 5; depth += 1) {
    if (typeof at.message === 'string') found.push(at.message)
    at = at.cause && typeof at.cause === 'object' ? (at.cause as WithCode) : undefined
  }
  return found.join('\n')
}

/** Its message is SQL, which nobody outside is to read. */
export const isQueryFailure = (error: unknown): boolean => error instanceof DrizzleQueryError

export const isUniqueViolation = (error: unknown): boolean => databaseCode(error) === '23505'
export const isForeignKeyViolation = (error: unknown): boolean => databaseCode(error) === '23503'
export const isStatementTimeout = (error: unknown): boolean => databaseCode(error) === '57014'
/** A character that PostgreSQL keeps in no text: NUL. */
export const isNoText = (error: unknown): boolean => ['22021', '22P05'].includes(databaseCode(error) ?? '')
export const isDiskFull = (error: unknown): boolean => ['53100', 'ENOSPC'].includes(databaseCode(error) ?? '')

/** Another transaction was in the way: the same work, begun again, can succeed. */
export const isConflictOfTransactions = (error: unknown): boolean =>
  ['40001', '40P01'].includes(databaseCode(error) ?? '')

const systemCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOTFOUND'])
/** What a socket was doing. A file that is missing was being opened: no trouble of the database. */
const socketCalls: readonly unknown[] = ['connect', 'read', 'write', 'getaddrinfo']
const driverTexts =
  /Connection terminated|timeout exceeded when trying to connect|not queryable|Query read timeout|Client was closed/i

const isSocketTrouble = (code: string, syscall: unknown) => systemCodes.has(code) && socketCalls.includes(syscall)

/** The database itself could not be asked: worth a 503 and another try, and no fault of the caller. */
export const isUnavailable = (error: unknown): boolean => {
  const { code, syscall } = coded(error) ?? {}
  if (code === undefined) return driverTexts.test(messages(error))
  // Class 08: the connection; 57P0x: shut down, crashed, starting up; 53300: too many connections.
  return code.startsWith('08') || code.startsWith('57P') || code === '53300' || isSocketTrouble(code, syscall)
}
