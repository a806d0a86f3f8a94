import type { SubtitleLimits } from './limits.ts'
import { endsClause, endsSentence, fitter } from './lines.ts'
import type { TimedToken } from './times.ts'

/** Tokens of one speaker without a long pause; `last` marks where an utterance ends. */
export interface FlowToken extends TimedToken {
  last: boolean
}

const pauseBetween = (token: FlowToken, next: FlowToken | undefined) => (next ? next.start_ms - token.end_ms : 1e9)

/** What it costs the reader when a caption ends here: nothing after a sentence, most in the middle of a phrase. */
const endCost = (token: FlowToken, pause: number) => {
  if (endsSentence(token)) return 0
  if (pause > 500) return 2
  if (token.last) return 3
  return endsClause(token) || pause > 250 ? 5 : 14
}

/**
 * The cheapest way to cut a flow into captions that fit. Each caption costs a little, so that they are not too many;
 * ends in mid-phrase, words torn over a pause, and text faster than it can be read cost more.
 */
export const split = (flow: readonly FlowToken[], limits: SubtitleLimits): FlowToken[][] => {
  const cheapest = new Float64Array(flow.length + 1).fill(Number.POSITIVE_INFINITY)
  const from = new Int32Array(flow.length + 1)
  cheapest[0] = 0
  const ends = flow.map((token, at) => endCost(token, pauseBetween(token, flow[at + 1])))
  for (let start = 0; start < flow.length; start++) {
    const first = flow[start]!
    const fits = fitter(limits)
    let width = 0
    let torn = 0
    for (let end = start + 1; end <= flow.length; end++) {
      const token = flow[end - 1]!
      const alone = end === start + 1
      if (!fits(token) || (!alone && token.end_ms - first.start_ms > limits.max_ms)) break
      width += token.width + (!alone && token.spaced ? 1 : 0)
      if (!alone && token.start_ms - flow[end - 2]!.end_ms > 700) torn += 12
      const next = flow[end]
      const room = (next?.start_ms ?? token.end_ms + limits.min_ms) - first.start_ms
      const needed = Math.max(limits.min_ms, (width / limits.reading_speed) * 1000)
      const hurry = Math.max(0, needed + limits.gap_ms - room) / 100
      const cost = cheapest[start]! + 8 + torn + hurry + ends[end - 1]!
      if (cost < cheapest[end]!) {
        cheapest[end] = cost
        from[end] = start
      }
    }
  }
  const pieces: FlowToken[][] = []
  for (let end = flow.length; end > 0; end = from[end]!) pieces.push(flow.slice(from[end]!, end))
  return pieces.reverse()
}
