import { primaryTag } from './languages.ts'
import type { RequestLimits } from './port.ts'

/*
 * How much of a request a text takes up. Tokens are estimated, on the careful side: no tokenizer fits every model,
 * and an answer that is cut all the same is noticed by its finish_reason.
 */

/** Characters that carry about as much as one letter of an alphabet count 1; those that carry a syllable or word more. */
const letters = (codePoint: number) => {
  if (codePoint < 0x2e80) return 1
  if (codePoint <= 0x9fff || (codePoint >= 0xac00 && codePoint <= 0xd7af) || codePoint >= 0x20000) return 2.5
  return 1
}

/** Tokens for one letter's worth of text in the script that a language is written in. */
const tokensPerLetter = (target: string) => {
  const tag = primaryTag(target)
  if (/^(zh|ja|ko|yue)$/.test(tag)) return 0.5
  if (/^(hi|bn|ta|te|kn|ml|mr|gu|pa|or|si|ne|as|th|lo|km|my|bo|dz|ka|hy|am|ti|ur|ps|sd|ug|dv)$/.test(tag)) return 1
  if (/^(ru|uk|be|bg|sr|mk|el|ar|fa|he|kk|ky|mn|tg|tt|yi)$/.test(tag)) return 0.5
  return 0.33
}

/** What characters without a fixed price in letters (rare scripts, emoji) cost at least, if they are only copied. */
const copied = (codePoint: number) => {
  if (codePoint < 0x80) return 0.28
  if (codePoint < 0x250) return 0.5
  if (codePoint < 0x600) return 0.5
  if (codePoint >= 0x1f000 && codePoint < 0x20000) return 2
  return 1
}

export function answerTokens(text: string, target: string): number {
  const rate = tokensPerLetter(target)
  let tokens = 0
  for (const character of text) {
    const codePoint = character.codePointAt(0)!
    tokens += Math.max(letters(codePoint) * rate, copied(codePoint))
  }
  return tokens * 1.1
}

export const codePoints = (text: string): number => {
  let count = 0
  for (const _ of text) count += 1
  return count
}

/** The share of a request that a text takes: 1 fills it. Sums of loads are on the careful side too. */
export const loadOf =
  (limits: RequestLimits, target: string) =>
  (text: string): number =>
    Math.max(
      limits.answerTokens ? answerTokens(text, target) / limits.answerTokens : 0,
      limits.characters ? codePoints(text) / limits.characters : 0,
      limits.bytes ? Buffer.byteLength(text) / limits.bytes : 0,
    )
