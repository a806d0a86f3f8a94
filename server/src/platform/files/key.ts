const segment = /^[A-Za-z0-9_][A-Za-z0-9._=-]{0,127}$/

/**
 * Keys are made by us from ids. One that is not plain is a mistake of ours, not of the caller, and must never reach
 * a path, a URL or a header; so this throws an ordinary error and not a refusal.
 */
export const checkedKey = (key: string): string => {
  const segments = key.split('/')
  if (key.length > 512 || segments.length < 2 || !segments.every((it) => segment.test(it)))
    throw new TypeError('A storage key must be plain segments joined by slashes')
  return key
}

/** A prefix names a folder and ends with a slash, so that `users/1/` never takes `users/10/` along. */
export const checkedPrefix = (prefix: string): string => {
  if (
    !prefix.endsWith('/') ||
    !prefix
      .slice(0, -1)
      .split('/')
      .every((it) => segment.test(it))
  )
    throw new TypeError('A storage prefix must be plain segments, each ended by a slash')
  return prefix
}
