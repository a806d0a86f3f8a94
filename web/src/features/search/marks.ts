export interface Piece {
  text: string
  marked: boolean
}

const names: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' }

const plain = (escaped: string) =>
  escaped.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name) return names[String(name).toLowerCase()] ?? whole
    const code = decimal ? Number(decimal) : Number.parseInt(hex, 16)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })

/**
 * A snippet of the server is escaped text with `<mark>` around what was found. It is read into pieces and written as
 * text, never as HTML: whatever else might be in it stays visible and harmless.
 */
export function pieces(snippet: string): Piece[] {
  const found: Piece[] = []
  let marked = false
  for (const part of snippet.split(/(<\/?mark>)/)) {
    if (part === '<mark>') marked = true
    else if (part === '</mark>') marked = false
    else if (part) found.push({ text: plain(part), marked })
  }
  return found
}
