import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'

/**
 * Runs commands side by side, as one: a signal goes to all, the end of one ends the others, and the answer is the exit
 * code of the first that ended.
 */
export const runTogether = async (commands) => {
  const children = commands.map(({ command, args, ...options }) =>
    spawn(command, args, { stdio: 'inherit', ...options }),
  )
  const pass = (signal) => {
    for (const child of children) if (child.exitCode === null) child.kill(signal)
  }
  // In a terminal Ctrl-C reaches the children by itself; a second one would mean "quit at once".
  process.on('SIGINT', () => process.stdin.isTTY || pass('SIGINT'))
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => pass(signal))
  const ends = children.map(async (child) => {
    const [code, signal] = await once(child, 'exit')
    pass('SIGTERM')
    return code ?? 128 + constants.signals[signal]
  })
  const first = await Promise.race(ends)
  await Promise.all(ends)
  return first
}
