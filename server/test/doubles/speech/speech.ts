/** What a double hears in any recording. */
export interface HeardUtterance {
  /** Seconds. */
  start: number
  end: number
  text: string
  speaker: number
}

export const someSpeech: readonly HeardUtterance[] = [
  { start: 0.2, end: 2.4, text: 'Good morning, this is the harbour office.', speaker: 0 },
  { start: 2.9, end: 4.6, text: 'When does the tide turn?', speaker: 1 },
]

export interface HeardWord {
  word: string
  punctuated: string
  start: number
  end: number
  confidence: number
  speaker: number
}

export const round = (seconds: number) => Math.round(seconds * 1000) / 1000

/** Words that share their utterance's time evenly. */
export function wordsOf(utterance: HeardUtterance): HeardWord[] {
  const parts = utterance.text.split(/\s+/)
  const each = (utterance.end - utterance.start) / parts.length
  return parts.map((punctuated, index) => ({
    word: punctuated.toLowerCase().replace(/[^\p{L}\p{N}']/gu, ''),
    punctuated,
    start: round(utterance.start + index * each),
    end: round(utterance.start + (index + 1) * each),
    confidence: 0.98,
    speaker: utterance.speaker,
  }))
}
