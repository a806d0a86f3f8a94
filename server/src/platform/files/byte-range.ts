/** One range of `Range: bytes=…`; null for what asks for none or for several, which are answered with the whole. */
export function askedRange(header: string | undefined, size: number): { start: number; end?: number } | null {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? []
  if (!from && !to) return null
  if (!from) return { start: Math.max(0, size - Number(to)) }
  if (to && Number(to) < Number(from)) return null
  return to ? { start: Number(from), end: Number(to) } : { start: Number(from) }
}
