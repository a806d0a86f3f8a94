export interface SubtitleLimits {
  /** Columns a line: a full-width character (Chinese, Japanese, Korean, emoji) takes two of them. */
  line: number
  lines: 1 | 2
  /** Columns a second that a viewer can read. */
  reading_speed: number
  min_ms: number
  max_ms: number
  /** Between two captions, so that the eye notices the change. */
  gap_ms: number
}

export const defaultLimits: SubtitleLimits = {
  line: 42,
  lines: 2,
  reading_speed: 17,
  min_ms: 1000,
  max_ms: 7000,
  gap_ms: 80,
}
