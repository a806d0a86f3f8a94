import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const root = join(import.meta.dirname, '../..')

/** Mina as `npm start` runs it; `flags` are Node's. Resolves once it is healthy, with the seconds that took. */
export async function startMina(
  dataDir: string,
  port: number,
  flags: readonly string[],
  settings: Record<string, string> = {},
) {
  const args = [...flags, 'server/src/main.ts']
  const env = {
    ...process.env,
    MINA_DATA_DIR: dataDir,
    PORT: String(port),
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'error',
    ...settings,
  }
  const began = performance.now()
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'ignore', 'inherit'] })
  const base = `http://127.0.0.1:${port}`
  for (;;) {
    const healthy = await fetch(`${base}/healthz`).then(
      (answer) => answer.ok,
      () => false,
    )
    if (healthy) break
    if (child.exitCode !== null) throw new Error('Mina did not start; its reason stands above.')
    await pause(10)
  }
  return {
    base,
    pid: child.pid!,
    seconds: (performance.now() - began) / 1000,
    async stop() {
      child.kill('SIGTERM')
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}

export const freePort = () =>
  new Promise<number>((found, failed) => {
    const server = createServer().on('error', failed)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => found(typeof address === 'object' && address ? address.port : 0))
    })
  })
