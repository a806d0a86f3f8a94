/**
 * The audio of a live stream that has no final text yet, as far as it fits. Only what is dropped for want of room is
 * lost, and that is counted.
 */
export function createReplay(sampleRate: number, offset_ms: number, most_ms: number) {
  const pieces: Int16Array[] = []
  let samples = 0
  let from_ms = offset_ms
  let lost_ms = 0
  const length_ms = (count: number) => (count / sampleRate) * 1000

  const drop = (ms: number) => {
    let count = Math.min(samples, Math.floor((ms / 1000) * sampleRate))
    from_ms += length_ms(count)
    samples -= count
    while (count > 0) {
      const head = pieces[0]!
      if (head.length > count) {
        pieces[0] = head.subarray(count)
        return
      }
      count -= head.length
      pieces.shift()
    }
  }

  return {
    add(pcm: Int16Array) {
      pieces.push(pcm.slice())
      samples += pcm.length
      const over_ms = length_ms(samples) - most_ms
      if (over_ms <= 0) return
      drop(over_ms)
      lost_ms += over_ms
    },
    /** Everything before this moment has its text. */
    settle(until_ms: number) {
      drop(Math.max(0, until_ms - from_ms))
      lost_ms = 0
    },
    pieces: (): readonly Int16Array[] => pieces,
    get from_ms() {
      return Math.round(from_ms)
    },
    get kept_ms() {
      return length_ms(samples)
    },
    get lost_ms() {
      return lost_ms
    },
  }
}
