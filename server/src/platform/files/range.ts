/** The part of a file that a range asks for, or undefined where it begins past the end. */
export const metRange = (
  range: { start: number; end?: number },
  size: number,
): { start: number; end: number } | undefined => {
  const end = Math.min(range.end ?? Number.POSITIVE_INFINITY, size - 1)
  if (range.start < 0 || range.start >= size || end < range.start) return undefined
  return { start: range.start, end }
}
