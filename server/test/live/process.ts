import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { freePort } from '../app.ts'

export interface ServerProcess {
  base: string
  child: ChildProcess
  kill(signal: NodeJS.Signals): Promise<number | null>
}

/** Starts a server process and waits until it is ready. `prefix`: words that run it as somebody else or somewhere else. */
export async function serverProcess(
  env: Record<string, string>,
  port?: number,
  prefix: readonly string[] = [],
): Promise<ServerProcess> {
  const taken = port ?? (await freePort())
  const [command = '', ...rest] = [...prefix, process.execPath, `${import.meta.dirname}/server.ts`]
  const child = spawn(command, rest, {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, LOG_LEVEL: 'warn', ...env, PORT: String(taken) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let complaints = ''
  child.stderr!.on('data', (text) => {
    complaints += text
  })
  await new Promise<void>((done, failed) => {
    child.stdout!.once('data', () => done())
    child.once('exit', (code) => failed(new Error(`The server ended with ${code}: ${complaints.slice(0, 2_000)}`)))
  })
  return {
    base: `http://127.0.0.1:${taken}`,
    child,
    async kill(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
      const gone = once(child, 'exit')
      child.kill(signal)
      await gone
      return child.exitCode
    },
  }
}
