import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** What /proc tells of another process. Without /proc only signal 0 is left to ask with. */
const stat = (pid: number): { state: string; started: string } | undefined => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may itself hold spaces and parentheses, so count from the last one.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { state: fields[0] ?? '', started: fields[19] ?? '' }
  } catch {
    return undefined
  }
}

const answersToSignals = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** A zombie (nobody reaped it, as in containers without an init) counts as dead. */
export const isAlive = (pid: number): boolean => {
  if (!answersToSignals(pid)) return false
  const seen = stat(pid)
  return seen === undefined || !'ZX'.includes(seen.state)
}

/** Tells two processes apart that had the same number one after the other. */
export const startOf = (pid: number): string => stat(pid)?.started ?? ''

/** undefined: may not be asked. */
export const workingFolder = (pid: number): string | undefined => {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return undefined
  }
}

/** Whether any process that we may ask works in this folder. */
export const isWorkedIn = (folder: string): boolean => {
  try {
    return readdirSync('/proc').some((name) => /^\d+$/.test(name) && workingFolder(Number(name)) === folder)
  } catch {
    return false
  }
}
