import { oneLine } from './plain.ts'
import { bilingual } from './subtitles/bilingual.ts'
import { defaultLimits, type SubtitleLimits } from './subtitles/limits.ts'
import { linesOf } from './subtitles/lines.ts'
import { schedule } from './subtitles/schedule.ts'
import { type FlowToken, split } from './subtitles/split.ts'
import { type Spoken, spanOf, timed } from './subtitles/times.ts'
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

const speakerOf = (spoken: Spoken) => oneLine(spoken.speaker ?? '') || null

/** Utterances that follow each other closely are read as one text, so that short ones may share a caption. */
const flows = (utterances: readonly Spoken[], limits: SubtitleLimits, names: boolean) => {
  const all: { speaker: string | null; tokens: FlowToken[] }[] = []
  for (const utterance of utterances) {
    const speaker = speakerOf(utterance)
    const tokens = timed(tokensOf(utterance.text, limits.line), utterance)
    if (tokens.length === 0) continue
    const current = all.at(-1)
    const pause = tokens[0]!.start_ms - (current?.tokens.at(-1)?.end_ms ?? 0)
    const flow = tokens.map((token, at) => ({ ...token, last: at === tokens.length - 1 }))
    if (current && current.speaker === speaker && pause >= 0 && pause <= longPause) current.tokens.push(...flow)
    else {
      const turn = names && speaker !== null && current?.speaker !== speaker
      const name = turn ? tokensOf(`${speaker}:`, limits.line) : []
      const at = tokens[0]!.start_ms
      all.push({ speaker, tokens: [...name.map((it) => ({ ...it, start_ms: at, end_ms: at, last: false })), ...flow] })
    }
  }
  return all
}

const monolingual = (utterances: readonly Spoken[], limits: SubtitleLimits, names: boolean): Draft[] =>
  flows(utterances, limits, names).flatMap(({ speaker, tokens }) =>
    split(tokens, limits).map((piece) => ({
      start_ms: piece[0]!.start_ms,
      end_ms: piece.at(-1)!.end_ms,
      lines: linesOf(piece, limits),
      width: joinedWidth(piece),
      speaker,
    })),
  )

const withTranslation = (utterances: readonly Spoken[], limits: SubtitleLimits, names: boolean): Draft[] => {
  let before: string | null = null
  return utterances.flatMap((utterance) => {
    const speaker = speakerOf(utterance)
    const turn = names && speaker !== null && speaker !== before
    before = speaker
    const text = turn ? `${speaker}: ${utterance.text}` : utterance.text
    return bilingual({ ...utterance, text }, limits).map((pair) => ({ ...pair, speaker }))
  })
}

/**
 * Captions of what was said. Every word is kept and the times only go forward; lines, durations and gaps hold the
 * limits, reading speed too wherever the speaker leaves room for it.
 */
export const subtitles = (utterances: readonly Spoken[], options: SubtitleOptions = {}): Cue[] => {
  const { names = false, bilingual: both = false, ...given } = options
  const limits: SubtitleLimits = { ...defaultLimits, ...given }
  const inOrder = utterances.toSorted((a, b) => spanOf(a).start_ms - spanOf(b).start_ms)
  const drafts = (both ? withTranslation : monolingual)(inOrder, limits, names).toSorted(
    (a, b) => a.start_ms - b.start_ms,
  )
  const times = schedule(drafts, limits)
  return drafts.map(({ lines, speaker }, at) => ({ ...times[at]!, lines, speaker }))
}

/** Columns of a line, as the limits count them. */
export const captionWidth = widthOf
