const gap = 6
const margin = 8

/** Below what it belongs to, ends aligned; above it where there is no room; always on the screen. */
export function spot(
  size: { width: number; height: number },
  at: { left: number; right: number; top: number; bottom: number },
  screen: { width: number; height: number },
  align: 'start' | 'end' | 'centre' = 'end',
) {
  const below = at.bottom + gap
  const above = at.top - gap - size.height
  const top = below + size.height > screen.height - margin && above >= margin ? above : below
  const wanted =
    align === 'centre' ? (at.left + at.right - size.width) / 2 : align === 'start' ? at.left : at.right - size.width
  // Where the opener stands at the left edge, its menu grows to the right.
  const left = wanted < margin && align === 'end' ? at.left : wanted
  return {
    left: Math.max(margin, Math.min(left, screen.width - margin - size.width)),
    top: Math.max(margin, Math.min(top, screen.height - margin - size.height)),
  }
}

export function place(it: HTMLElement, at: DOMRect, align?: 'start' | 'end' | 'centre') {
  const { left, top } = spot(
    { width: it.offsetWidth, height: it.offsetHeight },
    at,
    { width: document.documentElement.clientWidth, height: innerHeight },
    align,
  )
  it.style.left = `${left}px`
  it.style.top = `${top}px`
}
