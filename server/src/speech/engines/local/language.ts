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
  /** Whether a piece with so many seconds of speech shall be heard twice. Asked once for each piece, in their order. */
  asksTwice(seconds: number): boolean
  add(piece: PieceHeard): void
  /** How far a second hearing differed, if it could be told. */
  compare(disagreement: number | undefined): void
  /** A warning when the speech does not seem to be in English. */
  verdict(): Warning | undefined
}

/** Seconds of speech after which one more piece is heard twice: what was English may have become something else. */
const again = 600
/** A second hearing that differs by so much. English stays under it, see the decision on languages. */
const tooFar = 0.5

/**
 * The built-in model has no notion of languages: Russian becomes a loop, German fluent nonsense. So the language is judged by what comes out:
 * few words for so much speech, loops, text without the commonest English words; and by hearing a piece twice, cut differently. What the model
 * understands it hears the same; what it makes up it makes up anew.
 */
export function createLanguageEvidence(): LanguageEvidence {
  let seconds = 0
  let odd = 0
  let count = 0
  let common = 0
  let offered = 0
  let next = 0
  let checks = 0
  let disagreement = 0
  return {
    asksTwice(spoken) {
      const asks = spoken >= 3 && offered >= next
      offered += spoken
      if (asks) next = offered + again
      return asks
    },
    add(piece) {
      seconds += piece.seconds
      if (piece.doubtful || fewWords(piece.seconds, piece.text)) odd += piece.seconds
      for (const word of words(piece.text.toLowerCase())) {
        count++
        if (commonest.has(word.replace(/[^a-z']/g, ''))) common++
      }
    },
    compare(differs) {
      if (differs === undefined) return
      checks++
      disagreement += differs
      // One piece may be noise or a name; two more tell.
      if (differs > tooFar && checks < 3) next = 0
    },
    verdict() {
      if (seconds < 4) return undefined
      const foreign =
        odd / seconds > 0.4 || (count >= 25 && common / count < 0.15) || (checks > 0 && disagreement / checks > tooFar)
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
