export type Priority = 'live-final' | 'live-interim' | 'short' | 'long'

const order: readonly Priority[] = ['live-final', 'live-interim', 'short', 'long']

export interface FairQueue<Job> {
  add(job: Job, priority: Priority, owner: object): void
  /** The next job; finals alone, unless others may run too. */
  take(others: boolean): Job | undefined
  remove(job: Job): boolean
  drain(): Job[]
  readonly size: number
  readonly live: number
}

/** Strictly by priority, and within one priority each recording in turn: a long one can not hold back another. */
export function createFairQueue<Job>(): FairQueue<Job> {
  const classes = new Map(order.map((priority) => [priority, new Map<object, Job[]>()]))
  const count = (priorities: readonly Priority[]) =>
    priorities.reduce(
      (sum, priority) => sum + [...classes.get(priority)!.values()].reduce((all, jobs) => all + jobs.length, 0),
      0,
    )

  const takeFrom = (owners: Map<object, Job[]>) => {
    const [first] = owners
    if (!first) return undefined
    const [owner, jobs] = first
    const job = jobs.shift()
    // To the end of the round, or out of it.
    owners.delete(owner)
    if (jobs.length > 0) owners.set(owner, jobs)
    return job
  }

  return {
    add(job, priority, owner) {
      const owners = classes.get(priority)!
      const jobs = owners.get(owner)
      if (jobs) jobs.push(job)
      else owners.set(owner, [job])
    },
    take(others) {
      for (const priority of others ? order : order.slice(0, 1)) {
        const job = takeFrom(classes.get(priority)!)
        if (job !== undefined) return job
      }
      return undefined
    },
    remove(job) {
      for (const owners of classes.values()) {
        for (const [owner, jobs] of owners) {
          const at = jobs.indexOf(job)
          if (at < 0) continue
          jobs.splice(at, 1)
          if (jobs.length === 0) owners.delete(owner)
          return true
        }
      }
      return false
    },
    drain() {
      const all = [...classes.values()].flatMap((owners) => [...owners.values()].flat())
      for (const owners of classes.values()) owners.clear()
      return all
    },
    get size() {
      return count(order)
    },
    get live() {
      return count(order.slice(0, 2))
    },
  }
}
