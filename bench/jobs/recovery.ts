import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { enter } from '../http/account.ts'
import { freePort, launch } from '../http/server.ts'
import { synthesise } from '../speech/talk.ts'

const settled = async (what: string, look: () => Promise<boolean>) => {
  for (let at = 0; at < 3_000; at += 1) {
    if (await look().catch(() => false)) return
    await pause(20)
  }
  throw new Error(`In a minute ${what}.`)
}

/** A web server and workers as processes of their own, on one data folder. */
function processes(dataDir: string, port: number) {
  const all: ReturnType<typeof launch>[] = []
  return {
    start(...command: string[]) {
      const it = launch(['--import', './scripts/preload.mjs', 'server/dist/cli.js', ...command], dataDir, port)
      all.push(it)
      return it.child
    },
    async stop() {
      for (const it of all) await it.stop()
    },
  }
}

/** Seconds from the death of the only worker that heard a recording to the next words of it, by another worker. */
export async function measureRecovery(folder: string, at: number): Promise<number> {
  const talk = join(folder, `talk-${at}.mp3`)
  await synthesise(talk, 20, folder)
  const port = await freePort()
  const base = `http://127.0.0.1:${port}`
  const { start, stop } = processes(join(folder, `data-${at}`), port)
  try {
    start('serve', '--no-worker')
    await settled('the server was not healthy', async () => (await fetch(`${base}/readyz`)).ok)
    const { headers } = await enter(base)
    const doomed = start('worker')
    const form = new FormData()
    form.append('file', new Blob([await readFile(talk)]), 'talk.mp3')
    const sent = await fetch(`${base}/api/uploads`, { method: 'POST', headers, body: form })
    const { id } = (await sent.json()) as { id: string }
    const words = async () => {
      const answer = await fetch(`${base}/api/conversations/${id}`, { headers })
      return ((await answer.json()) as { segments: unknown[] }).segments.length
    }
    await settled('no words came', async () => (await words()) > 10)
    start('worker')
    // It takes nothing up before it is up itself.
    await pause(3_000)
    doomed.kill('SIGKILL')
    const killed = performance.now()
    await once(doomed, 'exit')
    const before = await words()
    await settled('nobody went on', async () => (await words()) > before)
    return (performance.now() - killed) / 1000
  } finally {
    await stop()
  }
}
