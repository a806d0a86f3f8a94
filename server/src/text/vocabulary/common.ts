import { loadEnglish } from '../english.ts'
import { smallWords } from '../words.ts'

/** Whether a word is one that people use every day: such a word is never corrected by resemblance. */
export type IsCommon = (word: string) => boolean

interface WithModel {
  model(): { one: { lexicon: Record<string, string | string[]> } }
}

const isName = /Name|Person|Place|Organization|Country|City|Region/

/** In English every word of the dictionary that is not merely a name; elsewhere the small words and what is very short. */
export async function commonWords(language: string | null): Promise<IsCommon> {
  if (!(language ?? 'en').startsWith('en')) {
    const small = smallWords(language)
    return (word) => word.length < 4 || small.has(word.toLowerCase())
  }
  const english = await loadEnglish()
  const { default: nlp } = await import('compromise')
  const { lexicon } = (nlp as unknown as WithModel).model().one
  const seen = new Map<string, boolean>()
  const isCommon = (lower: string): boolean => {
    if (lower.length < 3 || !/^\p{L}+(?:['’]\p{L}+)?$/u.test(lower)) return true
    const tags = Object.hasOwn(lexicon, lower) ? [lexicon[lower]!].flat() : []
    if (tags.length > 0 && tags.every((tag) => isName.test(tag))) return false
    return tags.length > 0 || english.knows(lower)
  }
  return (word) => {
    const lower = word.toLowerCase().replace(/['’]s$/, '')
    const known = seen.get(lower)
    if (known !== undefined) return known
    const common = isCommon(lower)
    seen.set(lower, common)
    return common
  }
}
