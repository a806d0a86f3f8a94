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

const isConfig = (config: unknown): config is pg.QueryConfig =>
  typeof config === 'object' && config !== null && 'text' in config

/**
 * A limit at the end becomes part of the text, and of the name. As a parameter it could be anything: PostgreSQL expects a
 * tenth of all rows, finds every plan that is made in advance too dear for a large library, and plans at each call.
 * Only where the statement has a name already, and its author sees to it that the limits are few: callers choose some
 * others freely, and each would take one of the names there are.
 */
function withLimit(config: pg.QueryConfig, values: unknown[]): [config: pg.QueryConfig, values: unknown[]] {
  const { text, name } = config
  const last = `$${values.length}`
  const rows = values.at(-1)
  const isOnlyLimit = text.endsWith(` limit ${last}`) && text.indexOf(last) === text.length - last.length
  if (!name || !isOnlyLimit || !Number.isSafeInteger(rows)) return [config, values]
  return [{ ...config, text: `${text.slice(0, -last.length)}${rows}`, name: `${name}_${rows}` }, values.slice(0, -1)]
}

/** Without a parameter it is a word to the database, such as begin or commit. */
const isWorthPlanning = (text: string) => text.includes('$1') && !SEARCHES.test(text)

/** Lets a connection keep the plans of such statements, so that they are parsed and planned once and not at each call. */
export function prepareRepeated(client: pg.ClientBase, nameOf: (text: string) => string | undefined) {
  const query = client.query.bind(client) as Query
  const named: Query = (config, ...rest) => {
    const [given, ...others] = rest
    // As Drizzle does it, values apart.
    if (!isConfig(config) || !Array.isArray(given)) return query(config, ...rest)
    const [it, values] = withLimit(config, given)
    const name = it.name ?? (isWorthPlanning(it.text) ? nameOf(it.text) : undefined)
    return query(name ? { ...it, name } : it, values, ...others)
  }
  client.query = named as typeof client.query
}
