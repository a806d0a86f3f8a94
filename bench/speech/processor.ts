import { readdir, readFile } from 'node:fs/promises'

const TICKS_PER_SECOND = 100

/** Processor time of a process and of all that live below it. */
export async function processorSeconds(root: number): Promise<number> {
  const children = new Map<number, number[]>()
  const used = new Map<number, number>()
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const text = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    if (fields.length < 22) continue
    const parent = Number(fields[1])
    children.set(parent, [...(children.get(parent) ?? []), Number(name)])
    used.set(Number(name), (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND)
  }
  const sum = (pid: number): number =>
    (used.get(pid) ?? 0) + (children.get(pid) ?? []).reduce((all, it) => all + sum(it), 0)
  return sum(root)
}
