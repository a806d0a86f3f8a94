import { readdir } from 'node:fs/promises'
import { memoryOf } from '../processes.ts'
import { errors, heard, said } from './figures.ts'
import { type Ear, say } from './speaking.ts'
import type { Talk } from './talks.ts'

const LOOK_MS = 60_000

const openFiles = async (pid: number) => (await readdir(`/proc/${pid}/fd`)).length

/** People who talk for long: what the server holds, looked at every minute, and whether words were lost on the way. */
export async function measureSoak(talks: readonly Talk[], { ear, pid }: { ear: Ear; pid: number }) {
  const began = performance.now()
  const look = async () => {
    const { server_mb, tree_mb } = await memoryOf(pid)
    const minutes = Math.round((performance.now() - began) / LOOK_MS)
    const size = `server ${server_mb.toFixed(0)} MB, whole tree ${tree_mb.toFixed(0)} MB`
    console.log(`after ${minutes} min: ${size}, ${await openFiles(pid)} open files`)
  }
  await look()
  const looking = setInterval(() => void look(), LOOK_MS)
  const told = await Promise.all(talks.map((talk, index) => say(talk, ear, (index * 730) % 5_000)))
  clearInterval(looking)
  await look()
  const pairs = talks.map((talk, index) => ({ said: said(talk), heard: heard(told[index]!) }))
  console.log(`${talks.length} people, errors ${errors(pairs)}`)
}
