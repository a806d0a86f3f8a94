const again_ms = 2_000

let reached = true
let looking = false
const listeners = new Set<() => void>()

/** Whether the server answers: a browser that calls itself online may know of a cable only. */
export const isReached = () => reached

export const onReach = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

function note(now: boolean) {
  if (reached === now) return
  reached = now
  for (const listener of listeners) listener()
}

const answers = () =>
  fetch('/healthz', { cache: 'no-store' }).then(
    () => true,
    () => false,
  )

/** Back on a network, it is hoped for until it does not answer. */
export const hopeFor = () => note(true)

/** A call got no answer. That may be its own misfortune, so the server is asked for a sign of life, until there is one. */
export async function doubtReach() {
  if (looking) return
  looking = true
  // A browser that knows itself to be offline need not try.
  while (navigator.onLine === false || !(await answers())) {
    note(false)
    await new Promise((done) => setTimeout(done, again_ms))
  }
  note(true)
  looking = false
}
