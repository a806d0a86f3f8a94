import { fold } from './fold.ts'
import type { SearchRepository } from './repository.ts'

/** PostgreSQL's own stemmers, by the language of a conversation. */
const STEMMERS: Record<string, string> = {
  ar: 'arabic_stem',
  da: 'danish_stem',
  de: 'german_stem',
  el: 'greek_stem',
  en: 'english_stem',
  es: 'spanish_stem',
  fi: 'finnish_stem',
  fr: 'french_stem',
  hi: 'hindi_stem',
  hu: 'hungarian_stem',
  id: 'indonesian_stem',
  it: 'italian_stem',
  nl: 'dutch_stem',
  no: 'norwegian_stem',
  pt: 'portuguese_stem',
  ro: 'romanian_stem',
  ru: 'russian_stem',
  sv: 'swedish_stem',
  tr: 'turkish_stem',
}

/** Shorter stems begin too many words that mean something else. */
const SHORTEST = 3

/**
 * Other forms of the words, as their stems: one map a language that changes something. The index holds words as they
 * were said, so a stem is looked for as the beginning of a word.
 */
export async function stemmed(
  repository: SearchRepository,
  userId: string,
  words: readonly string[],
): Promise<Map<string, string>[]> {
  if (words.length === 0) return []
  const languages = new Set(['en', ...(await repository.languagesOf(userId))])
  const maps = await Promise.all(
    [...languages]
      .flatMap((it) => STEMMERS[it] ?? [])
      .map(async (dictionary) => {
        const lower = words.map((it) => it.toLowerCase())
        const stems = await repository.stem(dictionary, lower)
        return new Map(
          words.flatMap((word, at) => {
            const stem = stems[at]!
            return stem !== lower[at] && fold(stem).length >= SHORTEST ? [[word, stem] as const] : []
          }),
        )
      }),
  )
  return maps.filter((it) => it.size > 0)
}
