const words = (text: string) => text.split(/\s+/).filter(Boolean)
const bare = (word: string) => word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')

/** The letters of `next` up to which two decodes in a row agree, word by word: what a reader may rely on. */
export function stableChars(before: string, next: string): number {
  const old = words(before)
  let at = 0
  let stable = 0
  for (const [index, word] of words(next).entries()) {
    at = next.indexOf(word, at) + word.length
    if (bare(word) !== bare(old[index] ?? '')) break
    stable = at
  }
  return stable
}

/** What was decoded up to the last short pause, and what came since. The first part's full stop was only the end of its sound. */
export function joined(kept: string, tail: string): string {
  if (!kept) return tail
  if (!tail) return kept
  if (!/[.…]$/.test(kept)) return `${kept} ${tail}`
  const goesOn = /^(I\b|[A-Z]{2})/.test(tail) ? tail : tail.charAt(0).toLowerCase() + tail.slice(1)
  return `${kept.replace(/[.…]+$/, '')} ${goesOn}`
}
