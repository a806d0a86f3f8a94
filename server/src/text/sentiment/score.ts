import type { English, Token } from '../english.ts'
import { intensifiers, negators, phrases, plain, words } from './lexicon.ts'

/** What speaks for and against, before it is made into shares. */
export interface Charge {
  positive: number
  negative: number
}

interface Cue {
  start: number
  end: number
  value: number
  /** A turn of phrase already means what it says: nothing turns or strengthens it. */
  fixed: boolean
}

/** Words whose charge holds only in some uses: "I like it", not "tools like this"; "fine work", not "a fine". */
const chargedAs: Readonly<Record<string, { pos: RegExp; value: number }>> = {
  like: { pos: /VERB/, value: 0.4 },
  fine: { pos: /ADJ/, value: 0.3 },
  well: { pos: /ADV/, value: 0.35 },
  clear: { pos: /ADJ/, value: 0.35 },
  hard: { pos: /ADJ/, value: -0.15 },
  break: { pos: /VERB/, value: -0.45 },
  breaks: { pos: /VERB/, value: -0.45 },
  sick: { pos: /ADJ/, value: -0.4 },
  safe: { pos: /ADJ/, value: 0.3 },
}
const names = /PROPN|NUM|SYM/
const reach = 4

export function chargeOf(sentence: string, english: English): Charge {
  const tokens = english.tag(sentence)
  const cues = cuesIn(sentence, tokens, english)
  const clauses = clausesOf(sentence)
  const question = /\?["'”’)]*\s*$/.test(sentence)
  const loud = /!["'”’)]*\s*$/.test(sentence) ? 1.2 : 1
  const total: Charge = { positive: 0, negative: 0 }
  for (const cue of cues) {
    const clause = clauses.findLast((it) => it.start <= cue.start) ?? { start: 0, weight: 1, supposed: false }
    let value = cue.fixed ? cue.value : inContext(cue, tokens, clause.start)
    value *= clause.weight * loud
    // What is asked or supposed is not said.
    if (question) value *= 0.2
    else if (clause.supposed) value *= 0.4
    if (value > 0) total.positive += value
    else total.negative -= value
  }
  return total
}

function cuesIn(sentence: string, tokens: readonly Token[], english: English): Cue[] {
  const cues: Cue[] = []
  for (const [pattern, value] of phrases) {
    for (const hit of sentence.matchAll(pattern)) {
      const start = hit.index
      const end = start + hit[0].length
      if (!cues.some((cue) => cue.start < end && start < cue.end)) cues.push({ start, end, value, fixed: true })
    }
  }
  const shouting = sentence === sentence.toUpperCase()
  for (const [at, token] of tokens.entries()) {
    if (cues.some((cue) => cue.start < token.end && token.start < cue.end)) continue
    if (token.lower in intensifiers || negators.has(token.lower)) continue
    // A capital inside a sentence makes a name of it: Miss Love, the Perfect Day Ltd.
    const capital = at > 0 && names.test(token.pos) && /^\p{Lu}\p{Ll}/u.test(token.text) && !shouting
    if (capital) continue
    const value = valenceOf(token, english)
    if (Math.abs(value) < 0.1) continue
    const loud = !shouting && token.text.length > 2 && token.text === token.text.toUpperCase() ? 1.2 : 1
    cues.push({ start: token.start, end: token.end, value: value * loud, fixed: false })
  }
  return cues
}

function valenceOf(token: Token, english: English): number {
  const special = chargedAs[token.lower]
  if (special) return special.pos.test(token.pos) ? special.value : 0
  const own = Object.hasOwn(words, token.lower) ? words[token.lower] : undefined
  if (own !== undefined) return own
  if (plain.has(token.lower)) return 0
  return /^(?:PUNCT|NUM|DET|ADP|PRON|AUX|SPACE)$/.test(token.pos) ? 0 : english.valence(token.lower) * 0.8
}

/** Negation and degree, from the few words before it in its own clause. */
function inContext(cue: Cue, tokens: readonly Token[], clauseStart: number): number {
  let value = cue.value
  let turned = false
  let seen = 0
  for (let at = tokens.findIndex((token) => token.start >= cue.start) - 1; at >= 0 && seen < reach; at -= 1) {
    const token = tokens[at]!
    if (token.start < clauseStart || /^[,;:]$/.test(token.text)) break
    seen += 1
    if (negators.has(token.lower)) turned = !turned
    else if (seen <= 2 && Object.hasOwn(intensifiers, token.lower)) value *= intensifiers[token.lower]!
    else if (seen === 1 && token.lower === 'too' && value > 0) value *= -0.6
  }
  // "Not good" is bad; "not terrible" is merely bearable.
  if (turned) value *= value > 0 ? -0.85 : -0.6
  return value
}

interface Clause {
  start: number
  weight: number
  supposed: boolean
}

/** What follows "but" outweighs what stands before it; what "although" grants weighs little. */
function clausesOf(sentence: string): Clause[] {
  const turn = /(?:^|[\s,;—-])(?:but|however|yet|still,|nevertheless|now it|the reality)\s/giu
  const at = [...sentence.matchAll(turn)].map((hit) => hit.index).filter((start) => start > 3)
  const grants = /^\s*(?:although|though|even though|while|despite|in spite of)\b([^,]*),/iu.exec(sentence)
  const starts = grants ? [0, grants[0].length] : [0, ...at]
  return starts.map((start, index) => {
    const last = index === starts.length - 1
    const part = sentence.slice(start, starts[index + 1])
    return {
      start,
      weight: starts.length === 1 ? 1 : last ? 1.3 : 0.35,
      supposed: /^\s*(?:if|unless|whether|suppose|imagine|in case)\b/iu.test(part),
    }
  })
}
