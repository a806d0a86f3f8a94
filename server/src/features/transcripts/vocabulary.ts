import type { Utterance } from '../../speech/port.ts'
import { alignWords } from '../conversations/index.ts'

/** The words of a user's world, as another feature keeps them. */
export interface UserWords {
  words: readonly string[]
  correct(
    text: string,
    language?: string | null,
    signal?: AbortSignal,
  ): Promise<{ text: string; corrections: readonly unknown[] }>
}

export type WordsOf = (userId: string) => Promise<UserWords>

/** What was heard, and what the engine had written where the user's words put it right. */
export type Heard = Utterance & { uncorrected?: string }

interface Asked {
  language?: string | undefined
  signal: AbortSignal
}

/** Puts the user's words where the engine wrote something that sounds or looks like them. */
export async function corrected(it: Utterance, words: UserWords, { language, signal }: Asked): Promise<Heard> {
  if (words.words.length === 0) return it
  const { text, corrections } = await words.correct(it.text, language, signal)
  if (corrections.length === 0) return it
  const timed = it.words?.map(({ text: spoken, punctuated, start_ms, end_ms, confidence }) => ({
    text: punctuated ?? spoken,
    start_ms,
    end_ms,
    confidence,
  }))
  return {
    ...it,
    text,
    uncorrected: it.text,
    ...(timed && {
      words: alignWords(timed, text, it.start_ms, it.end_ms).map((word) => ({
        ...word,
        confidence: word.confidence ?? null,
      })),
      wordsEstimated: true,
    }),
  }
}
