/** What a caller needs to know of an endpoint; the rest (schemas, limits, permissions) is the server's. */
const calls = ['family', 'method', 'path', 'permission', 'consumes'] as const
const events = ['name', 'from'] as const

const pick = (from: Record<string, unknown>, keys: readonly string[]) =>
  Object.fromEntries(keys.filter((key) => from[key] !== undefined).map((key) => [key, from[key]]))

const isRecord = (it: unknown): it is Record<string, unknown> => typeof it === 'object' && it !== null

/** A schema, or a function: of no use without the schema library. */
const isSchema = (it: unknown) => typeof it === 'function' || (isRecord(it) && '_zod' in it)

function reduce(it: unknown): unknown {
  if (isSchema(it)) return undefined
  if (Array.isArray(it)) return it.map(reduce)
  if (!isRecord(it)) return it
  if ('family' in it && 'method' in it && 'path' in it) {
    const streamed = typeof it.answer === 'string' ? { answer: it.answer } : {}
    // Where a wrong password is `unauthorized` too, it does not tell that the session has ended.
    const own = Array.isArray(it.errors) && it.errors.includes('unauthorized') ? { errors: ['unauthorized'] } : {}
    return { ...pick(it, calls), ...streamed, ...own }
  }
  if ('message' in it && 'from' in it) return pick(it, events)
  const kept = Object.entries(it).flatMap(([key, value]) => {
    const reduced = reduce(value)
    return reduced === undefined ? [] : [[key, reduced] as const]
  })
  return kept.length ? Object.fromEntries(kept) : undefined
}

/** The source of a module that exports every endpoint, event and plain list of the contract as a literal. */
export const plainExports = (contract: Record<string, unknown>) =>
  Object.entries(contract)
    .map(([name, value]) => [name, reduce(value)] as const)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)}\n`)
    .join('')
