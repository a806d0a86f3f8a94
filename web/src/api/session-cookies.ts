/** The readable cookie of the pair that guards against forged requests; its prefix says that the page came by https. */
export const csrfFrom = (cookies: string) => /(?:^|;\s*)(?:__Host-)?mina_csrf=([^;]*)/.exec(cookies)?.[1]

export const csrfToken = () => {
  const found = csrfFrom(typeof document === 'undefined' ? '' : document.cookie)
  return found && decodeURIComponent(found)
}

interface Surroundings {
  /** Changes whenever the session's cookies do, in whichever tab. */
  stamp: () => string | undefined
  /** One at a time over all tabs. */
  alone: <T>(work: () => Promise<T>) => Promise<T>
}

const browser: Surroundings = {
  stamp: csrfToken,
  alone: (work) =>
    typeof navigator !== 'undefined' && 'locks' in navigator ? navigator.locks.request('mina-refresh', work) : work(),
}

/**
 * Renews the session for whoever asks, once: calls that fail together share one refresh, and a tab that waited for
 * another finds the cookies already changed. Answers whether there is a session.
 */
export function renewal(refresh: () => Promise<boolean>, { stamp, alone }: Surroundings = browser) {
  let running: Promise<boolean> | undefined
  return (seen: string | undefined) => {
    running ??= alone(async () => {
      const now = stamp()
      return now !== undefined && now !== seen ? true : refresh()
    }).finally(() => {
      running = undefined
    })
    return running
  }
}
