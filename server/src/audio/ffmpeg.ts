import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { Refusal } from '../platform/refusal.ts'
import { bareEnvironment, type Confinement, confine, type Limits, type Tool } from './sandbox.ts'

export interface ToolRun {
  input: string
  /** A file in a folder that the tool may write to. */
  output?: string
  /** The command line after the tool's name, told where the files are as the tool sees them. */
  args(files: { input: string; output: string }): string[]
  limits: Limits
  /** Milliseconds after which the tool is stopped, whatever it does. */
  timeout?: number
  signal?: AbortSignal | undefined
  confinement?: Confinement | undefined
  /** Opens the tool's standard input for `stdin`. */
  feeds?: boolean
}

export interface Ended {
  code: number | null
  killed: NodeJS.Signals | null
  timedOut: boolean
  /** For judging what went wrong; never shown or logged, since it may quote a path. */
  complaint: string
}

export interface RunningTool {
  stdout: Readable
  stdin: Writable | null
  ended: Promise<Ended>
  /** Ends the whole process group at once. */
  kill(): void
}

const complaintLimit = 8192

/** What still runs when the process ends goes with it. One listener for all, however many run. */
const running = new Set<() => void>()
process.once('exit', () => {
  for (const kill of running) kill()
})

/** Starts ffmpeg or ffprobe confined, in its own process group, with an empty environment. */
export async function startTool(tool: Tool, run: ToolRun): Promise<RunningTool> {
  run.signal?.throwIfAborted()
  const files = { input: resolve(run.input), output: run.output && resolve(run.output) }
  const confined = await confine(tool, files, run.limits, run.confinement)
  run.signal?.throwIfAborted()
  const args = [...confined.prefix, ...run.args({ input: confined.input, output: confined.output ?? '' })]
  const child = spawn(confined.command, args, {
    env: bareEnvironment,
    stdio: [run.feeds ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let timedOut = false
  const kill = () => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    try {
      process.kill(-child.pid, 'SIGKILL')
    } catch {
      child.kill('SIGKILL')
    }
  }
  running.add(kill)
  const timer = run.timeout
    ? setTimeout(() => {
        timedOut = true
        kill()
      }, run.timeout)
    : undefined
  run.signal?.addEventListener('abort', kill, { once: true })
  let complaint = ''
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    if (complaint.length < complaintLimit) complaint += text.slice(0, complaintLimit - complaint.length)
  })
  child.stdin?.on('error', () => {})
  const ended = new Promise<Ended>((settle, fail) => {
    const tidy = () => {
      clearTimeout(timer)
      running.delete(kill)
      run.signal?.removeEventListener('abort', kill)
    }
    child.once('error', (cause) => {
      tidy()
      fail(new Refusal('unavailable', `${tool} could not be started on this server.`, { cause }))
    })
    child.once('close', (code, killed) => {
      tidy()
      settle({ code, killed, timedOut, complaint })
    })
  })
  ended.catch(() => {})
  return { stdout: child.stdout!, stdin: child.stdin, ended, kill }
}

/** Runs the tool to its end and keeps what it prints, up to a limit. */
export async function runTool(tool: Tool, run: ToolRun, limit = 1_000_000): Promise<Ended & { printed: string }> {
  const started = await startTool(tool, run)
  let printed = ''
  started.stdout.setEncoding('utf8')
  for await (const text of started.stdout) {
    printed += text
    if (printed.length > limit) started.kill()
  }
  const ended = await started.ended
  run.signal?.throwIfAborted()
  return { ...ended, printed }
}
