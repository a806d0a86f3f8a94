/**
 * Language work is plain computation on the event loop. Long texts give way to other callers every few milliseconds,
 * so that nobody's captions wait for somebody's novel.
 */
export function createPace(slice_ms = 12): (signal?: AbortSignal) => Promise<void> {
  let since = performance.now()
  return async (signal) => {
    signal?.throwIfAborted()
    if (performance.now() - since < slice_ms) return
    await new Promise<void>((resolve) => setImmediate(resolve))
    since = performance.now()
  }
}
