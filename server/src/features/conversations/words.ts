const WORDS = new Intl.Segmenter('und', { granularity: 'word' })
const SIMPLE = /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{M}\p{N}\p{P}\p{S}\s]*$/u

/** Words as readers count them, in any script. Scripts that write spaces take the fast way. */
export function countWords(text: string): number {
  if (SIMPLE.test(text)) return text.split(/\s+/).filter((it) => /[\p{L}\p{N}]/u.test(it)).length
  let count = 0
  for (const { isWordLike } of WORDS.segment(text)) if (isWordLike) count += 1
  return count
}
