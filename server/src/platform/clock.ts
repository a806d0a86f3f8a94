/** The time, as a parameter: tests hold it still or push it forward. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }
