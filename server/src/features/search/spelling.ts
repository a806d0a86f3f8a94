import { fold } from './fold.ts'
import { toTsquery } from './query.ts'
import type { SearchRepository } from './repository.ts'

const SHORTEST = 4
const MOST_WORDS = 4
const WORD = /[\p{L}\p{N}\p{M}]+/gu

/** Letters to add, drop, exchange or swap, counted no further than `most`. */
export function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1)
      row.push(cost)
    }
    if (Math.min(...row) > most) return most + 1
    before = last
    last = row
  }
  return last[b.length]!
}

/** The word of these texts that was most likely meant. */
export function nearest(word: string, texts: readonly string[]): string | null {
  const wanted = fold(word)
  const most = wanted.length > 6 ? 2 : 1
  const counts = new Map<string, number>()
  for (const text of texts)
    for (const [found] of text.matchAll(WORD)) {
      const folded = fold(found)
      counts.set(folded, (counts.get(folded) ?? 0) + 1)
    }
  let best: { word: string; far: number; count: number } | null = null
  for (const [candidate, count] of counts) {
    const far = distance(wanted, candidate, most)
    if (far === 0 || far > most) continue
    if (!best || far < best.far || (far === best.far && count > best.count)) best = { word: candidate, far, count }
  }
  return best?.word ?? null
}

/** For words that this person's conversations do not hold: the nearest that they do hold. */
export async function corrected(
  repository: SearchRepository,
  userId: string,
  words: readonly string[],
): Promise<Map<string, string>> {
  const exchange = new Map<string, string>()
  if (words.length > MOST_WORDS) return exchange
  for (const word of words) {
    if (fold(word).length < SHORTEST) continue
    const exactly = toTsquery({ terms: [{ words: [word], prefix: false }] })
    if ((await repository.areMany(userId, exactly)) || (await repository.isSomewhere(userId, exactly))) continue
    const better = await likely(repository, userId, word)
    if (better) exchange.set(word, better)
  }
  return exchange
}

async function likely(repository: SearchRepository, userId: string, word: string): Promise<string | null> {
  const alike = await repository.textsLike(userId, word)
  const found = alike && nearest(word, alike)
  if (found) return found
  const beginning = toTsquery({ terms: [{ words: [[...word][0]!], prefix: true }] })
  const beginningAlike = await repository.textsWithBeginning(userId, beginning)
  const other = beginningAlike && nearest(word, beginningAlike)
  if (other || (alike && beginningAlike)) return other
  // What is like a word in too many texts is said often, so it was said lately.
  return nearest(word, await repository.newestTexts(userId))
}
