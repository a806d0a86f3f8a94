import { reportWaiting } from '../../app/saving.ts'
import { beforeSignOut, queries } from '../../app/session.ts'
import { alone, indexedStore, leftovers, type Recording, recorder } from '../../live/index.ts'
import { settleMarks } from './marks.ts'
import { openLink, userId, wait } from './session.ts'

/** An interrupted recording is taken for ended when nobody came back to it for so long. */
const patience_ms = 10 * 60_000

export const lengthOf = (it: Recording) => it.recorded * 100
const isOld = (it: Recording) => Date.parse(it.started_at) + lengthOf(it) + patience_ms < Date.now()

/** Those of this person that no page records just now, newest first. */
export async function interrupted(): Promise<Recording[]> {
  const store = await indexedStore()
  const me = userId()
  const found = (await leftovers(store)).filter((it) => it.user_id === me)
  const free = await Promise.all(found.map((it) => alone(it.id, async () => it)))
  return free.filter((it) => it !== undefined).sort((a, b) => b.started_at.localeCompare(a.started_at))
}

/** Brings a recording of an earlier page to the server and ends it. Resolves with its conversation; offline, much later. */
export function bring(it: Recording): Promise<string | undefined> {
  return alone(it.id, async () => {
    const store = await indexedStore()
    const sender = recorder(it, { store, link: openLink(), wait, settle: settleMarks })
    const report = () => reportWaiting(it.id, sender.state().waiting_ms > 0 ? 1 : 0)
    sender.subscribe(report)
    const stays = beforeSignOut(sender.close)
    try {
      return await sender.finish()
    } catch {
      // Its owner signed out meanwhile: it stays on this device.
      return
    } finally {
      stays()
      reportWaiting(it.id, 0)
      sender.close()
      void queries.invalidateQueries({ queryKey: ['library'] })
    }
  })
}

/** What is over is sent without asking; what was cut off a moment ago is the person's to decide. */
export async function sendOld(all: readonly Recording[]) {
  for (const it of all) if (it.ended || isOld(it)) void bring(it)
  return all.filter((it) => !it.ended && !isOld(it))
}
