interface Surroundings {
  lock: () => Promise<{ release: () => Promise<void> }>
  /** Calls when the page is seen again. */
  seen: (listener: () => void) => () => void
}

const browser: Surroundings = {
  lock: () => navigator.wakeLock.request('screen'),
  seen(listener) {
    const look = () => document.visibilityState === 'visible' && listener()
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  },
}

/** Keeps the screen on. The browser takes the lock back when the page is hidden, so it is asked for again. */
export async function keepAwake({ lock, seen }: Surroundings = browser) {
  let held: { release: () => Promise<void> } | undefined
  let ended = false
  const take = async () => {
    try {
      held = await lock()
      if (ended) await held.release()
    } catch {
      // A low battery refuses it; the recording goes on all the same.
      held = undefined
    }
  }
  await take()
  const stop = seen(() => void take())
  return {
    held: () => held !== undefined,
    async release() {
      ended = true
      stop()
      await held?.release().catch(() => undefined)
      held = undefined
    },
  }
}
