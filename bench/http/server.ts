import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const root = join(import.meta.dirname, '../..')

/** A process of Mina on this data folder; `args` are Node's. */
export function launch(args: readonly string[], dataDir: string, port: number, settings: Record<string, string> = {}) {
  const own = { MINA_DATA_DIR: dataDir, PORT: String(port), RATE_LIMITS: 'off', LOG_LEVEL: 'error' }
  const child = spawn(process.execPath, args, {
    ...{ cwd: root, env: { ...process.env, ...own, ...settings }, stdio: ['ignore', 'ignore', 'inherit'] },
  })
  return {
    child,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

/** Mina as `npm start` runs it; `flags` are Node's. Resolves once it is healthy, with the seconds that took. */
export async function startMina(
  dataDir: string,
  port: number,
  flags: readonly string[],
  settings: Record<string, string> = {},
) {
  const began = performance.now()
  const { child, stop } = launch([...flags, 'server/dist/main.js'], dataDir, port, settings)
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
  return { base, pid: child.pid!, seconds: (performance.now() - began) / 1000, stop }
}

export const freePort = () =>
  new Promise<number>((found, failed) => {
    const server = createServer().on('error', failed)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => found(typeof address === 'object' && address ? address.port : 0))
    })
  })
