import type { TestDatabase } from '../database.ts'
import { until } from '../until.ts'

/** Stops whoever does this to a table, in the middle of their transaction, for as long as the gate is shut. */
export async function gates({ pool }: TestDatabase) {
  await pool.query(`create table shut_gates (name text primary key)`)
  await pool.query(`create function wait_at_gate() returns trigger language plpgsql as $$ begin
    if exists (select from shut_gates where name = tg_argv[0]) then perform pg_sleep(60); end if;
    return new;
  end $$`)
  const waiting = async () => {
    const { rows } = await pool.query<{ pid: number }>("select pid from pg_stat_activity where wait_event = 'PgSleep'")
    return rows[0]?.pid
  }
  return {
    /** `on`: the event and the table, as in `insert on artifacts`; `when`: a condition about the new row. */
    build: (name: string, on: string, when = 'true') =>
      pool.query(
        `create trigger gate_${name} before ${on} for each row when (${when}) execute function wait_at_gate('${name}')`,
      ),
    shut: (name: string) => pool.query('insert into shut_gates values ($1)', [name]),
    /** Resolves once somebody stands at it. */
    reached: () => until(waiting, 'somebody at the gate'),
    /** What stood there is broken off, as the database does by itself once it notices that its client has died. */
    async open() {
      await pool.query('delete from shut_gates')
      const pid = await waiting()
      if (pid) await pool.query('select pg_terminate_backend($1)', [pid])
    },
  }
}
