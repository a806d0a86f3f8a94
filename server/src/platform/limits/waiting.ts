import { Refusal } from '../refusal.ts'

/** How long to wait, as a person would say it: never less than the truth. */
export const waitingTime = (seconds: number): string => {
  const [count, unit] = seconds > 90 ? [Math.ceil(seconds / 60), 'minute'] : [Math.max(1, Math.ceil(seconds)), 'second']
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

/** What somebody did too often, and how long to wait: in words, for the header, and as a number for pages, which say it in the language of their reader. */
export const tooOften = (what: string, seconds: number): Refusal =>
  new Refusal('rate_limited', `${what} Please wait ${waitingTime(seconds)} and try again.`, {
    retryAfter: seconds,
    details: { retry_after: seconds },
  })
