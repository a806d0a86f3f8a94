/** One chunk is a tenth of a second: small enough to lose little, large enough not to be chatty. */
export const SAMPLE_RATE = 16_000
export const CHUNK_SAMPLES = 1600
export const CHUNK_MS = (CHUNK_SAMPLES * 1000) / SAMPLE_RATE

export interface Frame {
  /** 16-bit little-endian mono, as the wire has it. */
  pcm: Uint8Array<ArrayBuffer>
  /** The loudest sample, 0 to 1. */
  level: number
}

/** Cuts a stream of samples of any block size into chunks of exactly 1,600, none lost and none doubled. */
export function framer(emit: (frame: Frame) => void) {
  let samples = new DataView(new ArrayBuffer(CHUNK_SAMPLES * 2))
  let filled = 0
  let level = 0
  const flush = () => {
    if (!filled) return
    emit({ pcm: new Uint8Array(samples.buffer.slice(0, filled * 2)), level })
    samples = new DataView(new ArrayBuffer(CHUNK_SAMPLES * 2))
    filled = 0
    level = 0
  }
  return {
    push(block: Float32Array) {
      for (const sample of block) {
        const clipped = Math.max(-1, Math.min(1, sample))
        samples.setInt16(filled * 2, Math.round(clipped < 0 ? clipped * 0x8000 : clipped * 0x7fff), true)
        level = Math.max(level, Math.abs(clipped))
        filled += 1
        if (filled === CHUNK_SAMPLES) flush()
      }
    },
    /** The rest, when the recording ends or pauses: a shorter last chunk. */
    flush,
  }
}
