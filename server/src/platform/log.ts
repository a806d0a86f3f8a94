import { pino } from 'pino'

/**
 * A log line names what it logs, field by field: ids, counts, durations, codes. Objects that came from outside
 * (bodies, headers, errors of other people's libraries) are never passed whole, so nothing secret or spoken can slip in.
 */
export interface Log {
  debug(fields: LogFields, message: string): void
  info(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  error(fields: LogFields, message: string): void
  child(fields: LogFields): Log
}

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>

export const createLog = (level: string, destination: NodeJS.WritableStream = process.stderr): Log =>
  pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  )

/** For tests and for tools whose output is their result. */
export const silentLog: Log = pino({ level: 'silent' })
