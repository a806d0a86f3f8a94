/** What somebody looks for, taken apart. Nothing in it is an instruction: signs that mean something elsewhere are text. */
export interface Query {
  terms: readonly Term[]
}

export interface Term {
  /** Words that follow one another; one word where no quotes were. */
  words: readonly string[]
  /** The last word may go on: it is still being typed, or ended with a star. */
  prefix: boolean
}

const MOST_TERMS = 32
/** Longer ones exist in no language, and PostgreSQL refuses them. */
const LONGEST_WORD = 200

/** As in the index; see `searchable` of the schema. */
const SIGNS = '<>&\\u0E00-\\u0EFF\\u1000-\\u109F\\u1780-\\u17FF\\u3040-\\u30FF\\u3400-\\u9FFF\\uF900-\\uFAFF'
const ONE_SIGN = new RegExp(`[${SIGNS}]`, 'g')

const letterless = (text: string) => !/[\p{L}\p{N}]/u.test(text)
const wordsOf = (text: string) => text.split(/\s+/).filter((it) => it !== '' && !letterless(it))

/** A word that is said thrice asks for nothing more, but would be looked for thrice. */
const once = (terms: readonly Term[]) => [...new Map(terms.map((it) => [JSON.stringify(it), it])).values()]

/** Null: no text can hold this. No terms: nothing was asked. */
export function readQuery(q: string): Query | null {
  const terms: Term[] = []
  const text = q
    .toWellFormed()
    .replaceAll('\0', ' ')
    .replace(/[“”„«»]/g, '"')
  for (const [, phrase, bare] of text.matchAll(/"([^"]*)"|([^\s"]+)/g)) {
    if (terms.length === MOST_TERMS) break
    const words = wordsOf(phrase ?? bare ?? '')
    if (words.length === 0) continue
    if (words.some((it) => it.length > LONGEST_WORD)) return null
    const word = words[0]!
    terms.push({
      words: words.slice(0, MOST_TERMS).map((it) => it.replace(/\*+$/, '')),
      prefix: phrase === undefined && word.endsWith('*'),
    })
  }
  const last = terms.at(-1)
  const typing = last !== undefined && !/["\s]$/.test(text)
  return { terms: once(terms.map((it) => (it === last && typing ? { ...it, prefix: true } : it))) }
}

const quoted = (text: string) => `'${text.replace(ONE_SIGN, ' $& ').replace(/['\\]/g, (it) => it + it)}'`

/** In the language of to_tsquery. Each word is quoted, so none of its signs is an operator. */
export const toTsquery = ({ terms }: Query) =>
  terms.map(({ words, prefix }) => `${quoted(words.join(' '))}${prefix ? ':*' : ''}`).join(' & ')

/** The same for an estimate: the planner counts the beginnings of words too low, and whole words right. */
export const toEstimate = ({ terms }: Query) =>
  terms
    .map(({ words, prefix }) => {
      const text = quoted(words.join(' '))
      return prefix ? `(${text}:* | ${text})` : text
    })
    .join(' & ')

/** Bare words that people wrote, for other forms and spellings of them. */
export const bareWords = ({ terms }: Query) => terms.flatMap(({ words }) => (words.length === 1 ? words : []))

/** The same query with some bare words exchanged. */
export const withWords = ({ terms }: Query, exchange: ReadonlyMap<string, string>, prefix = false): Query => ({
  terms: terms.map((term) => {
    const other = term.words.length === 1 ? exchange.get(term.words[0]!) : undefined
    return other === undefined ? term : { words: [other], prefix: prefix || term.prefix }
  }),
})

/** As a person would have typed it. */
export const writeQuery = ({ terms }: Query) =>
  terms.map(({ words }) => (words.length > 1 ? `"${words.join(' ')}"` : words[0]!)).join(' ')
