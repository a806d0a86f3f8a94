import type { TestApp } from '../app.ts'

/** Noted or counted at every call, whatever it does. */
const counted = ['last_seen_at', 'idle_expires_at', 'last_used', 'usage_count', 'last_login', 'views', 'api_calls']
const notes = ['audit', 'rate_limits', 'usage_events', 'known_addresses']

/** A fingerprint of each table: what a call that may change nothing must leave as it is. */
export async function kept({ database }: Pick<TestApp, 'database'>, only?: readonly string[]) {
  const { rows } = await database.pool.query<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = 'public' order by 1",
  )
  const names = rows.map((it) => it.name).filter((it) => !notes.includes(it) && (!only || only.includes(it)))
  const row = `(to_jsonb(it) - $1::text[])::text`
  const parts = names.map(
    (name) => `select '${name}' as name, md5(string_agg(${row}, ' ' order by ${row})) as print from "${name}" it`,
  )
  const prints = await database.pool.query<{ name: string; print: string | null }>(parts.join(' union all '), [counted])
  return Object.fromEntries(prints.rows.map(({ name, print }) => [name, print]))
}
