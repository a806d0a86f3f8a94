import type { Warning } from '../../port.ts'
import { words } from './guards.ts'

/** The words that no English speech of some length does without. */
const commonest = new Set(
  `the of and to a in is you that it he was for on are as with his they i at be this have from or one had by but not what all were we when your
  can said there an each which she do how their if will up about out many then them these so some her would make like him into time has look
  more go see no way could my than been who its now did get come me just know take people our good us over think also back after use two work
  well because any give most here very really right yeah okay oh don't it's that's i'm we're going thing things got say`.split(
    /\s+/,
  ),
)

export interface PieceHeard {
  seconds: number
  text: string
  /** The guards did not get it clean. */
  doubtful: boolean
}

/** Speech that gave next to no words: the model knows the sounds of English only (measured: 2.5 to 3.5 words a second for English). */
export const fewWords = (seconds: number, text: string) => seconds >= 3 && words(text).length / seconds < 0.8

export interface LanguageEvidence {
  add(piece: PieceHeard): void
  /** A warning when the speech does not seem to be in English. */
  verdict(): Warning | undefined
}

/**
 * The built-in model has no notion of languages: German becomes a stray number, Spanish nothing, Italian and Chinese a loop. So the language
 * is judged by what came out: few words for so much speech, loops, and text without the commonest English words.
 */
export function createLanguageEvidence(): LanguageEvidence {
  let seconds = 0
  let odd = 0
  let count = 0
  let common = 0
  return {
    add(piece) {
      seconds += piece.seconds
      if (piece.doubtful || fewWords(piece.seconds, piece.text)) odd += piece.seconds
      for (const word of words(piece.text.toLowerCase())) {
        count++
        if (commonest.has(word.replace(/[^a-z']/g, ''))) common++
      }
    },
    verdict() {
      if (seconds < 4) return undefined
      const foreign = odd / seconds > 0.4 || (count >= 25 && common / count < 0.15)
      return foreign ? mismatch : undefined
    },
  }
}

const mismatch: Warning = {
  code: 'language_mismatch',
  message:
    'This does not sound like English, the only language the built-in engine knows, so the text is not to be trusted. ' +
    'Choose another engine, or fetch a model that knows the language: `mina models pull parakeet-tdt-0.6b-v3` (25 European languages), ' +
    '`whisper-small` (99 languages) or `sense-voice` (Chinese, Japanese, Korean, Cantonese).',
}
