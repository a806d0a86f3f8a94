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

/** `readable`: short lines for a person at a terminal, in place of JSON for machines. */
export const createLog = (
  level: string,
  destination: NodeJS.WritableStream = process.stderr,
  { readable = false } = {},
): Log =>
  pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    readable ? { write: (line: string) => destination.write(readableLine(line)) } : destination,
  )

/** `10:41:02 message  field=value`, in the terminal's own time. What is no plain word is quoted, and so can not act on it. */
const readableLine = (json: string): string => {
  const { level, time, msg, ...fields } = JSON.parse(json) as Record<string, unknown>
  const clock = new Date(String(time)).toLocaleTimeString('en-GB')
  const severity = level === 'info' ? '' : `${level}: `
  const named = Object.entries(fields).map(([name, value]) => `${name}=${shown(value)}`)
  return `${clock} ${severity}${[msg, ...named].join('  ')}\n`
}

const shown = (value: unknown): string =>
  typeof value === 'string' && /^[\w./:@+-]+$/.test(value) ? value : JSON.stringify(value)

/** The log of a server, on standard error: for a person where one looks on, else for machines. */
export const serverLog = ({ logLevel, production }: { logLevel: string; production: boolean }): Log =>
  createLog(logLevel, process.stderr, { readable: process.stderr.isTTY && !production })

/** For tests and for tools whose output is their result. */
export const silentLog: Log = pino({ level: 'silent' })
