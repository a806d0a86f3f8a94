export type Priority = 'live-final' | 'live-guess' | 'live-interim' | 'short' | 'long'

const order: readonly Priority[] = ['live-final', 'live-guess', 'live-interim', 'short', 'long']

/** What is final, or may become it, waits for nothing else. */
export const isFinal = (priority: Priority) => priority === 'live-final' || priority === 'live-guess'
export const isLive = (priority: Priority) => isFinal(priority) || priority === 'live-interim'

export interface Wish {
  /** May be raised while the job waits. */
  readonly priority: Priority
  /** The recording or stream that it is for: each gets its turn. */
  readonly owner: object
}

export interface FairQueue<Job> {
  add(job: Job, wish: Wish): void
  /** The next job; finals alone, unless others may run too. */
  take(others: boolean): Job | undefined
  remove(job: Job): boolean
  drain(): Job[]
  readonly size: number
  readonly live: number
}

/** Strictly by priority, and within one priority each recording in turn: a long one can not hold back another. */
export function createFairQueue<Job>(): FairQueue<Job> {
  let waiting: { job: Job; wish: Wish }[] = []
  /** Whose turn was when. */
  const turns = new WeakMap<object, number>()
  let turn = 0
  const lastTurn = ({ owner }: Wish) => turns.get(owner) ?? 0
  const rank = ({ priority }: Wish) => order.indexOf(priority)

  return {
    add(job, wish) {
      waiting.push({ job, wish })
    },
    take(others) {
      const [next] = waiting
        .filter(({ wish }) => others || isFinal(wish.priority))
        .toSorted((one, other) => rank(one.wish) - rank(other.wish) || lastTurn(one.wish) - lastTurn(other.wish))
      if (!next) return undefined
      waiting.splice(waiting.indexOf(next), 1)
      turns.set(next.wish.owner, ++turn)
      return next.job
    },
    remove(job) {
      const at = waiting.findIndex((it) => it.job === job)
      if (at >= 0) waiting.splice(at, 1)
      return at >= 0
    },
    drain() {
      const all = waiting.map(({ job }) => job)
      waiting = []
      return all
    },
    get size() {
      return waiting.length
    },
    get live() {
      return waiting.filter(({ wish }) => isLive(wish.priority)).length
    },
  }
}
