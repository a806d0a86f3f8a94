/** How many letters of the text stand before this place in its element. */
export function offsetIn(root: Node, node: Node, offset: number): number {
  let before = 0
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  // A place between elements: all text before the child that it names.
  const target = node.nodeType === Node.TEXT_NODE ? node : (node.childNodes[offset] ?? null)
  for (let it = walk.nextNode(); it; it = walk.nextNode()) {
    if (it === node) return before + offset
    if (target && node.nodeType !== Node.TEXT_NODE && (target === it || target.contains(it))) return before
    if (!node.contains(it) && node.compareDocumentPosition(it) & Node.DOCUMENT_POSITION_FOLLOWING) return before
    before += it.nodeValue?.length ?? 0
  }
  return before
}

/** The stretch between two letters, across the elements that the text is cut into. */
export function rangeOf(root: Node, start: number, end: number): Range | null {
  const range = document.createRange()
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  let before = 0
  let begun = false
  for (let it = walk.nextNode(); it; it = walk.nextNode()) {
    const length = it.nodeValue?.length ?? 0
    if (!begun && start < before + length) {
      range.setStart(it, start - before)
      begun = true
    }
    if (begun && end <= before + length) {
      range.setEnd(it, end - before)
      return range
    }
    before += length
  }
  return null
}

/** The letter under the pointer. */
export function letterAt(root: Node, x: number, y: number): number | null {
  const position = document.caretPositionFromPoint?.(x, y)
  if (position) return root.contains(position.offsetNode) ? offsetIn(root, position.offsetNode, position.offset) : null
  const range = document.caretRangeFromPoint?.(x, y)
  return range && root.contains(range.startContainer) ? offsetIn(root, range.startContainer, range.startOffset) : null
}
