/** What a Range header asks for: nothing we serve in part, a stretch, or something that the file does not have. */
export type Asked = 'whole' | 'unmet' | { start: number; end: number }

/** One range of bytes, as players ask for it. Several at once, and units that nobody knows, get the whole file. */
export function rangeOf(header: string | undefined, size: number): Asked {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return 'whole'
  const [, from = '', to = ''] = match
  if (from === '') {
    const length = Number(to)
    return length === 0 || size === 0 ? 'unmet' : { start: Math.max(0, size - length), end: size - 1 }
  }
  const start = Number(from)
  const end = to === '' ? size - 1 : Math.min(Number(to), size - 1)
  if (to !== '' && Number(to) < start) return 'whole'
  return start >= size ? 'unmet' : { start, end }
}
