import { oneLine } from './plain.ts'
import { bilingual } from './subtitles/bilingual.ts'
import { defaultLimits, type SubtitleLimits } from './subtitles/limits.ts'
import { linesOf } from './subtitles/lines.ts'
import { schedule } from './subtitles/schedule.ts'
import { type FlowToken, split } from './subtitles/split.ts'
import { type Spoken, spanOf, type TimedToken, timed } from './subtitles/times.ts'
import { joinedWidth, tokensOf, widthOf } from './subtitles/tokens.ts'

export interface Cue {
  start_ms: number
  end_ms: number
  lines: string[]
  speaker: string | null
}

export interface SubtitleOptions extends Partial<SubtitleLimits> {
  /** Puts the name before the first caption of each turn; it counts as text. */
  names?: boolean
  /** One line of the original above one line of `translation`, where a segment has one. */
  bilingual?: boolean
  /** Of the recording; left out or 0 where there is none. */
  length_ms?: number
}

interface Draft {
  start_ms: number
  end_ms: number
  lines: string[]
  width: number
  speaker: string | null
}

/** A pause after which a caption never waits for the next words. */
const longPause = 1500

interface Turn {
  spoken: Spoken
  speaker: string | null
  tokens: TimedToken[]
}

/** Utterances as timed tokens; at the first of a speaker's turn the name stands in front, at no cost of time. */
const turnsOf = (utterances: readonly Spoken[], { line }: SubtitleLimits, names: boolean): Turn[] => {
  let before: string | null = null
  return utterances.map((spoken) => {
    const speaker = oneLine(spoken.speaker ?? '') || null
    const tokens = timed(tokensOf(spoken.text, line), spoken)
    const named = names && speaker !== null && speaker !== before && tokens.length > 0
    if (tokens.length > 0) before = speaker
    const at = tokens[0]?.start_ms ?? 0
    const name = named ? tokensOf(`${speaker}:`, line).map((it) => ({ ...it, start_ms: at, end_ms: at })) : []
    return { spoken, speaker, tokens: [...name, ...tokens] }
  })
}

/** Utterances that follow each other closely are read as one text, so that short ones may share a caption. */
const flowsOf = (turns: readonly Turn[]) => {
  const flows: { speaker: string | null; tokens: FlowToken[] }[] = []
  for (const { speaker, tokens } of turns) {
    const [first] = tokens
    if (first === undefined) continue
    const current = flows.at(-1)
    const pause = first.start_ms - (current?.tokens.at(-1)?.end_ms ?? 0)
    const flow = tokens.map((token, at) => ({ ...token, last: at === tokens.length - 1 }))
    if (current && current.speaker === speaker && pause >= 0 && pause <= longPause) current.tokens.push(...flow)
    else flows.push({ speaker, tokens: flow })
  }
  return flows
}

const inOneLanguage = (turns: readonly Turn[], limits: SubtitleLimits): Draft[] =>
  flowsOf(turns).flatMap(({ speaker, tokens }) =>
    split(tokens, limits).map((piece) => ({
      start_ms: piece[0]!.start_ms,
      end_ms: piece.at(-1)!.end_ms,
      lines: linesOf(piece, limits),
      width: joinedWidth(piece),
      speaker,
    })),
  )

const inTwoLanguages = (turns: readonly Turn[], limits: SubtitleLimits): Draft[] =>
  turns.flatMap((turn) =>
    oneLine(turn.spoken.translation ?? '') === ''
      ? inOneLanguage([turn], limits)
      : bilingual(turn.tokens, turn.spoken, limits).map((pair) => ({ ...pair, speaker: turn.speaker })),
  )

/**
 * Captions of what was said. Every word is kept and the times only go forward; lines, durations and gaps hold the
 * limits, reading speed too wherever the speaker leaves room for it.
 */
export const subtitles = (utterances: readonly Spoken[], options: SubtitleOptions = {}): Cue[] => {
  const { names = false, bilingual: both = false, length_ms, ...given } = options
  const limits: SubtitleLimits = { ...defaultLimits, ...given }
  const inOrder = utterances.toSorted((a, b) => spanOf(a).start_ms - spanOf(b).start_ms)
  const drafts = (both ? inTwoLanguages : inOneLanguage)(turnsOf(inOrder, limits, names), limits).toSorted(
    (a, b) => a.start_ms - b.start_ms,
  )
  const times = schedule(drafts, limits, length_ms || undefined)
  return drafts.map(({ lines, speaker }, at) => ({ ...times[at]!, lines, speaker }))
}

/** Columns of a line, as the limits count them. */
export const captionWidth = widthOf
