import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive, startOf } from './embedded-process.ts'

/**
 * Who uses the embedded database of a data folder: one empty file per user, named after its process. Files of
 * processes that were killed are swept by whoever looks next, so nothing needs to be tidied after a crash.
 */
export const enterUsers = (folder: string) => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const own = `${process.pid}-${startOf(process.pid)}-${randomBytes(4).toString('hex')}`
  writeFileSync(join(folder, own), '', { mode: 0o600 })

  return {
    /** True for the last one: nobody else is left. */
    leave: (): boolean => {
      rmSync(join(folder, own), { force: true })
      return livingUsers(folder) === 0
    },
  }
}

const livingUsers = (folder: string): number => {
  let living = 0
  for (const name of readdirSync(folder)) {
    const [pid = '', started = ''] = name.split('-')
    if (isAlive(Number(pid)) && startOf(Number(pid)) === started) living += 1
    else rmSync(join(folder, name), { force: true })
  }
  return living
}
