import type { SubtitleLimits } from './limits.ts'
import { joined, joinedWidth, type Token } from './tokens.ts'

const sentenceEnd = /[.!?…。！？؟۔।॥։።]["'”’»)\]」』]*$/u
const clauseEnd = /[,;:–—，、；：،؛·፣]["'”’»)\]」』]*$/u

export const endsSentence = (token: Token) => sentenceEnd.test(token.text)
export const endsClause = (token: Token) => clauseEnd.test(token.text)

/** Breaks at the place where both lines are about as long, the lower rather the longer, and after a comma if it can. */
export const linesOf = (tokens: readonly Token[], { line, lines }: SubtitleLimits): string[] => {
  const whole = joinedWidth(tokens)
  if (lines === 1 || whole <= line) return [joined(tokens)]
  let best = { at: 0, cost: Number.POSITIVE_INFINITY }
  let upper = 0
  for (let at = 1; at < tokens.length; at++) {
    const token = tokens[at - 1]!
    upper += token.width + (at > 1 && token.spaced ? 1 : 0)
    const lower = whole - upper - (tokens[at]!.spaced ? 1 : 0)
    if (upper > line || lower > line) continue
    const cost = Math.abs(upper - lower) + (upper > lower ? 3 : 0) - (endsClause(token) || endsSentence(token) ? 8 : 0)
    if (cost < best.cost) best = { at, cost }
  }
  return [joined(tokens.slice(0, best.at)), joined(tokens.slice(best.at))]
}

/** Adds tokens one by one and says when they no longer fit into the lines of one caption. */
export const fitter = ({ line, lines }: SubtitleLimits) => {
  let row = 1
  let width = 0
  return (token: Token) => {
    const longer = width + token.width + (width > 0 && token.spaced ? 1 : 0)
    if (width === 0 || longer <= line) {
      width = longer
      return true
    }
    row++
    width = token.width
    return row <= lines
  }
}
