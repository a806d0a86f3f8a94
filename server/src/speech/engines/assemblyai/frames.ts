/** AssemblyAI closes a stream that sends pieces shorter than 50 ms or longer than 1,000 ms. */
const least_ms = 100
const most_ms = 800
const shortest_ms = 50

/** Gathers what is too short and cuts what is too long. */
export function createFrames(sampleRate: number) {
  const samples = (ms: number) => Math.ceil((ms / 1000) * sampleRate)
  let waiting = new Int16Array(0)

  return {
    add(pcm: Int16Array): Int16Array[] {
      const all = new Int16Array(waiting.length + pcm.length)
      all.set(waiting)
      all.set(pcm, waiting.length)
      const frames: Int16Array[] = []
      let from = 0
      while (all.length - from >= samples(least_ms)) {
        const frame = all.subarray(from, from + samples(most_ms))
        frames.push(frame)
        from += frame.length
      }
      waiting = all.slice(from)
      return frames
    },
    /** What is left, filled up with silence where it would be too short to be taken. */
    rest(): Int16Array | null {
      if (waiting.length === 0) return null
      const frame = new Int16Array(Math.max(waiting.length, samples(shortest_ms)))
      frame.set(waiting)
      waiting = new Int16Array(0)
      return frame
    },
  }
}
