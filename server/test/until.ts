import { setTimeout as pause } from 'node:timers/promises'

/** Asks until the answer is there; says what was asked for when it never comes. */
export async function until<T>(
  ask: () => Promise<T | null | undefined | false>,
  what: string,
  ms = 20_000,
): Promise<T> {
  const end = Date.now() + ms
  while (Date.now() < end) {
    const answer = await ask()
    if (answer) return answer
    await pause(30)
  }
  throw new Error(`Waited in vain for ${what}.`)
}
