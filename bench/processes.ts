import { readdir, readFile } from 'node:fs/promises'

/** A process and all below it. */
async function tree(root: number): Promise<number[]> {
  const parents = new Map<number, number>()
  for (const name of await readdir('/proc')) {
    const fields = /^\d+$/.test(name) ? await statOf(Number(name)) : null
    if (fields) parents.set(Number(name), Number(fields[1]))
  }
  const below = (pid: number): number[] => [
    pid,
    ...[...parents].filter(([, parent]) => parent === pid).flatMap(([child]) => below(child)),
  ]
  return below(root)
}

/** The fields after the name, which may hold anything; null where the process ended meanwhile. */
async function statOf(pid: number) {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')
}

async function rollup(pid: number) {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
  const megabytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0) / 1024
  return { resident: megabytes('Rss'), proportional: megabytes('Pss') }
}

/** In MB: what the process itself has resident, and its whole tree with every shared page counted once. */
export async function memoryOf(pid: number) {
  let tree_mb = 0
  for (const each of await tree(pid)) tree_mb += (await rollup(each)).proportional
  return { server_mb: (await rollup(pid)).resident, tree_mb }
}

/** CPU seconds of the tree so far, those of its ended children included. */
export async function cpuOf(pid: number): Promise<number> {
  let ticks = 0
  for (const each of await tree(pid)) {
    const fields = await statOf(each)
    if (fields) for (const at of [11, 12, 13, 14]) ticks += Number(fields[at])
  }
  return ticks / 100
}
