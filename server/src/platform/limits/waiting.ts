/** How long to wait, as a person would say it: never less than the truth. */
export const waitingTime = (seconds: number): string => {
  const [count, unit] = seconds > 90 ? [Math.ceil(seconds / 60), 'minute'] : [Math.max(1, Math.ceil(seconds)), 'second']
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
