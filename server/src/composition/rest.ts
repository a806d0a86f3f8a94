import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

type Collect = (how: { type: 'major'; flavor: 'last-resort' }) => void

/** What a start leaves behind is most of it. */
const FIRST_LOOK_MS = 1_000
/** A share of one core: more is no rest. */
const RESTING = 0.1
/** Less is not worth a tenth of a second. */
const GROWN = 1.2

const sizeNow = () => {
  const { heapTotal, external } = process.memoryUsage()
  return heapTotal + external
}

/**
 * Gives back what a start or a busy hour left behind. V8 by itself collects when memory grows, so a server that has
 * nothing more to do would keep all of it.
 */
export function giveBackAtRest(everyMs = 10_000) {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as Collect
  let kept = 0
  let before = process.cpuUsage()
  let since = performance.now()
  const look = () => {
    const { user, system } = process.cpuUsage(before)
    const elapsedMs = performance.now() - since
    before = process.cpuUsage()
    since = performance.now()
    const isBusy = (user + system) / 1_000 > elapsedMs * RESTING
    if (isBusy || sizeNow() < kept * GROWN) return
    collect({ type: 'major', flavor: 'last-resort' })
    kept = sizeNow()
  }
  setTimeout(look, FIRST_LOOK_MS).unref()
  return setInterval(look, everyMs).unref()
}
