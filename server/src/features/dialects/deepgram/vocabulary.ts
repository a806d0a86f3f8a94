const MOST = 200

/** Without the weight that Deepgram's keywords may carry (`word:2`). */
const wordOnly = (keyword: string) => keyword.replace(/:-?\d+(\.\d+)?$/, '')

/** Words to expect, by either of the names that Deepgram's models have for them. */
export const vocabularyOf = (keyterms: readonly string[], keywords: readonly string[]) =>
  [...keyterms, ...keywords.map(wordOnly)].filter((it) => it.trim() !== '').slice(0, MOST)
