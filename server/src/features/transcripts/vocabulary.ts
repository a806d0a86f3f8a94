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

/** Others are told the user's words and listen for them; this one's text is put right afterwards. */
const EMBEDDED = 'local'

interface Asked {
  language?: string | undefined
  signal?: AbortSignal
}

/** Puts the user's words where the engine wrote something that sounds or looks like them. */
async function corrected(it: Utterance, words: UserWords, { language, signal }: Asked): Promise<Heard> {
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

/** What an engine is told of the user's words, and what becomes of its text where it can not be told. */
export const wordsFor = (engine: { name: string }, words: UserWords) => ({
  told: engine.name === EMBEDDED ? [] : [...words.words],
  corrected: async (it: Utterance, asked: Asked): Promise<Heard> =>
    engine.name === EMBEDDED ? await corrected(it, words, asked) : it,
})
