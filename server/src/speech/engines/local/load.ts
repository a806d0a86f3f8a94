/** Busy time of the last seconds as a share of what the workers could give. */
export function createLoad(size: number) {
  const half = 3000
  let busy = 0
  let at = performance.now()
  const decay = () => {
    const now = performance.now()
    busy *= 0.5 ** ((now - at) / half)
    at = now
  }
  return {
    add(ms: number) {
      decay()
      busy += ms
    },
    now() {
      decay()
      return Math.min(1, busy / ((half / Math.LN2) * size))
    },
  }
}
