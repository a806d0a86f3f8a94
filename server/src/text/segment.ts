/** One stretch of a conversation, as far as pure language work needs to know it. */
export interface TextSegment {
  id: string
  idx: number
  start_ms: number
  end_ms: number
  text: string
  speaker?: string | null
}

/** Where something was said: every finding carries it, so that a reader can go there and listen. */
export interface Evidence {
  segment_id: string
  start_ms: number
}

/** The moment within the segment at which this character is spoken, assuming an even pace. */
export const momentOf = (segment: TextSegment, at: number): number => {
  const length = segment.text.length
  if (length === 0) return segment.start_ms
  const share = Math.min(1, Math.max(0, at / length))
  return Math.round(segment.start_ms + share * Math.max(0, segment.end_ms - segment.start_ms))
}

export const evidenceAt = (segment: TextSegment, at = 0): Evidence => ({
  segment_id: segment.id,
  start_ms: momentOf(segment, at),
})
