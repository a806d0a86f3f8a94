import type { Readable, Writable } from 'node:stream'
import { Refusal } from '../../platform/refusal.ts'
import { SpeechError } from '../../speech/errors.ts'

/** What a command may touch of its process: results go to `stdout`, everything else to `stderr`. */
export interface Terminal {
  stdin: Readable
  stdout: Writable
  stderr: Writable & { isTTY?: boolean; columns?: number }
  /** The code with which the process ends once its work is done. */
  exit(code: 0 | 1 | 2): void
  /** Ctrl-C. */
  signal?: AbortSignal
}

/** The reason for people: what we refuse says it itself, anything else stays inside. */
export function reasonOf(error: unknown): string {
  if (error instanceof Refusal || error instanceof SpeechError) return error.message
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'There is no such file.'
  if (code === 'EACCES' || code === 'EPERM') return 'This file may not be read or written by you.'
  if (code === 'ENOSPC') return 'The disk is full.'
  if (error instanceof Error && error.name === 'AbortError') return 'Stopped.'
  return 'Something went wrong inside Mina.'
}

/** Whether the command was put together wrongly, which other programs tell from work that failed. */
export const isWrongUsage = (error: unknown) =>
  (error instanceof Refusal || error instanceof SpeechError) && error.code === 'bad_request'

export const clock = (seconds: number) => {
  const whole = Math.max(0, Math.round(seconds))
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const two = (value: number) => String(value).padStart(2, '0')
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`
}

export const size = (bytes: number) =>
  bytes >= 1e9
    ? `${(bytes / 1e9).toFixed(1)} GB`
    : bytes >= 1e6
      ? `${Math.round(bytes / 1e6)} MB`
      : `${Math.ceil(bytes / 1e3)} kB`

/** Rows as lines, two spaces in and two between the columns. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')}`.trimEnd())
}

export interface Bar {
  show(done: number, text: string): void
  clear(): void
}

/** One line that is written over; nothing where nobody watches. */
export function progressBar(stderr: Terminal['stderr'] | undefined, title: string): Bar {
  if (!stderr?.isTTY) return { show: () => {}, clear: () => {} }
  let last = 0
  const width = 24
  return {
    show(done, text) {
      const now = performance.now()
      if (now - last < 100 && done < 1) return
      last = now
      const full = Math.round(Math.min(1, done) * width)
      const line = `${title.slice(0, 30)} [${'#'.repeat(full)}${'.'.repeat(width - full)}] ${String(Math.floor(done * 100)).padStart(3)} %  ${text}`
      stderr.write(`\r\u001b[K${line.slice(0, (stderr.columns ?? 100) - 1)}`)
    },
    clear() {
      stderr.write('\r\u001b[K')
    },
  }
}
