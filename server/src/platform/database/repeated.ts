import type pg from 'pg'

/** A statement that was said this often is worth a name: planning it costs as much as running it. */
const OFTEN = 5
const MOST_NAMES = 200
/** Lists of ids make a text of each length; those that were said once or twice are forgotten. */
const MOST_WATCHED = 4_000

/** Gives a name to what is asked again and again, the same name on every connection. */
export function statementNames() {
  const names = new Map<string, string>()
  const asked = new Map<string, number>()

  return (text: string): string | undefined => {
    const known = names.get(text)
    if (known || names.size >= MOST_NAMES) return known
    const times = (asked.get(text) ?? 0) + 1
    if (times < OFTEN) {
      if (asked.size >= MOST_WATCHED) asked.clear()
      asked.set(text, times)
      return undefined
    }
    asked.delete(text)
    const name = `mina_${names.size}`
    names.set(text, name)
    return name
  }
}

/** Which way is short depends on the words that are looked for: such a search is planned each time. */
const SEARCHES = /tsquery|word_similarity|<%|%>/

type Query = (config: unknown, ...rest: unknown[]) => unknown

const isUnnamed = (config: unknown): config is pg.QueryConfig =>
  typeof config === 'object' && config !== null && 'text' in config && !('name' in config && config.name)

/** Without a parameter it is a word to the database, such as begin or commit. */
const isWorthPlanning = (text: string) => text.includes('$1') && !SEARCHES.test(text)

/** Lets a connection keep the plans of such statements, so that they are parsed and planned once and not at each call. */
export function prepareRepeated(client: pg.ClientBase, nameOf: (text: string) => string | undefined) {
  const query = client.query.bind(client) as Query
  const named: Query = (config, ...rest) => {
    if (!isUnnamed(config) || !isWorthPlanning(config.text)) return query(config, ...rest)
    const name = nameOf(config.text)
    return query(name ? { ...config, name } : config, ...rest)
  }
  client.query = named as typeof client.query
}
