const MOST_POINTS = 4_000

/** The loudest sample of each step, one byte a point, 0 to 255. */
export async function waveform(blocks: AsyncIterable<Int16Array>, samples: number): Promise<Buffer> {
  const step = Math.max(1_600, Math.ceil(samples / MOST_POINTS))
  const points = Buffer.alloc(Math.ceil(samples / step))
  let at = 0
  for await (const block of blocks)
    for (const sample of block) {
      const point = Math.floor(at / step)
      const level = Math.min(255, Math.abs(sample) >> 7)
      if (point < points.length && level > points[point]!) points[point] = level
      at += 1
    }
  return points
}
