/** What a long list scrolls with, in the window's coordinates. */
export interface View {
  top: () => number
  height: () => number
  scrolled: () => number
  scrollBy: (distance: number) => void
  /** Calls back whenever another part of the list may be seen. */
  watch: (look: () => void) => () => void
}

function listening(scroller: Window | Element, look: () => void) {
  scroller.addEventListener('scroll', look, { passive: true })
  addEventListener('resize', look)
  return () => {
    scroller.removeEventListener('scroll', look)
    removeEventListener('resize', look)
  }
}

export const windowView: View = {
  top: () => 0,
  height: () => innerHeight,
  scrolled: () => scrollY,
  scrollBy: (top) => scrollBy({ top, behavior: 'instant' }),
  watch: (look) => listening(window, look),
}

export const boxView = (box: Element): View => ({
  top: () => box.getBoundingClientRect().top,
  height: () => box.clientHeight,
  scrolled: () => box.scrollTop,
  scrollBy: (top) => box.scrollBy({ top, behavior: 'instant' }),
  watch: (look) => listening(box, look),
})

/** The nearest box around an element that scrolls. */
export function viewAround(it: Element): View {
  for (let box = it.parentElement; box; box = box.parentElement)
    if (/auto|scroll/.test(getComputedStyle(box).overflowY)) return boxView(box)
  return windowView
}
