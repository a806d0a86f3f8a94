import type { StoredWord } from '../../platform/database/schema/index.ts'

const fold = (word: string) => word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')

/** Longest common run of words, by dynamic programming over at most a few hundred words a segment. */
function common(before: string[], after: string[]): [number, number][] {
  const width = after.length + 1
  const lengths = new Uint16Array((before.length + 1) * width)
  for (let i = before.length - 1; i >= 0; i -= 1)
    for (let j = after.length - 1; j >= 0; j -= 1)
      lengths[i * width + j] =
        before[i] === after[j]
          ? lengths[(i + 1) * width + j + 1]! + 1
          : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!)
  const pairs: [number, number][] = []
  for (let i = 0, j = 0; i < before.length && j < after.length; ) {
    if (before[i] === after[j]) pairs.push([i++, j++])
    else if (lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!) i += 1
    else j += 1
  }
  return pairs
}

/** Gives the words of a corrected text their times: words that stayed keep theirs, new ones share the gap. */
export function alignWords(words: readonly StoredWord[], text: string, start_ms: number, end_ms: number): StoredWord[] {
  const after = text.split(/\s+/).filter(Boolean)
  if (after.length === 0) return []
  const pairs = common(
    words.map((it) => fold(it.text)),
    after.map(fold),
  )
  const kept = new Map(pairs.map(([i, j]) => [j, words[i]!]))
  const result: StoredWord[] = []
  for (let at = 0; at < after.length; ) {
    const known = kept.get(at)
    if (known) {
      result.push({ ...known, text: after[at]! })
      at += 1
      continue
    }
    let next = at
    while (next < after.length && !kept.has(next)) next += 1
    const from = result.at(-1)?.end_ms ?? start_ms
    const to = Math.max(from, kept.get(next)?.start_ms ?? end_ms)
    const step = (to - from) / (next - at)
    for (let i = at; i < next; i += 1)
      result.push({
        text: after[i]!,
        start_ms: Math.round(from + step * (i - at)),
        end_ms: Math.round(from + step * (i - at + 1)),
      })
    at = next
  }
  return result
}
