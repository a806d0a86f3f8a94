/**
 * The audio of a live stream that has no final text yet, as far as it fits. Only what is dropped for want of room is
 * lost, and that is counted. Counted in samples: times are rounded once, at the edge.
 */
export function createReplay(sampleRate: number, offset_ms: number, most_ms: number) {
  const most = Math.floor((most_ms / 1000) * sampleRate)
  const pieces: Int16Array[] = []
  let kept = 0
  let dropped = 0
  let lost = 0
  const length_ms = (samples: number) => (samples / sampleRate) * 1000

  const drop = (samples: number) => {
    let left = Math.min(kept, samples)
    kept -= left
    dropped += left
    while (left > 0) {
      const head = pieces[0]!
      if (head.length > left) {
        pieces[0] = head.subarray(left)
        return
      }
      left -= head.length
      pieces.shift()
    }
  }

  return {
    add(pcm: Int16Array) {
      pieces.push(pcm.slice())
      kept += pcm.length
      const over = kept - most
      if (over <= 0) return
      drop(over)
      lost += over
    },
    /** Everything before this moment has its text. */
    settle(until_ms: number) {
      drop(Math.max(0, Math.floor(((until_ms - offset_ms) / 1000) * sampleRate) - dropped))
      lost = 0
    },
    pieces: (): readonly Int16Array[] => pieces,
    get from_ms() {
      return Math.round(offset_ms + length_ms(dropped))
    },
    get kept_ms() {
      return length_ms(kept)
    },
    get lost_ms() {
      return length_ms(lost)
    },
  }
}
