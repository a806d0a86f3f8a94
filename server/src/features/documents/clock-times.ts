const two = (value: number) => String(value).padStart(2, '0')

/** 1:02:03 as 01:02:03; conversations of more than a day simply count on. */
export const clockTime = (ms: number) => {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}

/** SubRip writes a comma before the milliseconds, WebVTT a full stop. */
export const cueTime = (ms: number, mark: ',' | '.') => {
  const whole = Math.max(0, Math.round(ms))
  return `${clockTime(whole)}${mark}${String(whole % 1000).padStart(3, '0')}`
}

export const dateLine = (at: Date | string, timeZone = 'UTC') => {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return ''
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  }).formatToParts(date)
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((it) => it.type === type)?.value ?? ''
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')} ${part('timeZoneName')}`
}
