import { createWriteStream } from 'node:fs'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, extname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

export interface Input {
  path: string
  /** As the user named it. */
  title: string
  /** Where its text goes when it goes to a file; undefined for standard input. */
  folder: string | undefined
  /** Found in a folder: what is no recording there is passed over. */
  found: boolean
}

/** The files that were named, and those in the folders that were named, in order. */
export async function* inputsOf(names: readonly string[]): AsyncGenerator<Input> {
  for (const name of names) {
    const folder =
      name !== '-' &&
      (await stat(name).then(
        (it) => it.isDirectory(),
        () => false,
      ))
    if (folder) yield* within(name)
    else
      yield {
        path: name,
        title: name === '-' ? 'standard input' : basename(name),
        folder: name === '-' ? undefined : dirname(name),
        found: false,
      }
  }
}

async function* within(folder: string): AsyncGenerator<Input> {
  const entries = await readdir(folder, { withFileTypes: true })
  for (const entry of entries.toSorted((one, other) => one.name.localeCompare(other.name))) {
    if (entry.name.startsWith('.')) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* within(path)
    else if (entry.isFile()) yield { path, title: path, folder, found: true }
  }
}

export const anyFolder = async (names: readonly string[]) => {
  for (const name of names)
    if (
      name !== '-' &&
      (await stat(name).then(
        (it) => it.isDirectory(),
        () => false,
      ))
    )
      return true
  return false
}

/** Standard input as a file: a decoder must be able to go back and forth in it. */
export async function spooled(stdin: Readable, signal?: AbortSignal) {
  const folder = await mkdtemp(join(tmpdir(), 'mina-stdin-'))
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    const path = join(folder, 'recording')
    await pipeline(stdin, createWriteStream(path), { signal })
    return { path, remove }
  } catch (error) {
    await remove()
    throw error
  }
}

/** `talk.txt` for talk.mp3; where that was just written for another talk, `talk.wav.txt`. */
export function outputNames() {
  const taken = new Set<string>()
  return (input: Input, folder: string, format: string): string => {
    const name = input.folder === undefined ? 'stdin' : basename(input.path, extname(input.path))
    const short = join(folder, `${name}.${format}`)
    const path = taken.has(short) ? join(folder, `${basename(input.path)}.${format}`) : short
    taken.add(path)
    return path
  }
}
