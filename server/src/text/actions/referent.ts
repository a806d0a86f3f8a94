import { loadEnglish } from '../english.ts'
import type { SpokenSentence } from '../sentences.ts'

const bareIt = /^(?:\S+\s){1,6}it(?:\s|$)/
const longest = 8
const passing =
  /^(?:day|days|week|month|year|hour|minute|moment|while|bit|lot|way|thing|time|point|call|meeting|second)$/

/** "Draft it" tells nobody anything a week later: the thing that was last spoken of is named beside it. */
export async function withReferent(text: string, sentences: readonly SpokenSentence[], index: number): Promise<string> {
  if (!bareIt.test(text) || text.split(' ').length > longest) return text
  const thing = await thingIn(sentences[index - 1]?.text ?? '')
  return thing ? `${text} (${thing})` : text
}

/** The first thing with an article: what the sentence is about, more often than its last. */
async function thingIn(sentence: string): Promise<string | null> {
  const english = await loadEnglish()
  let from = -1
  let end = -1
  for (const { lower, pos, start, end: until } of english.tag(sentence)) {
    if (/^(?:the|a|an|our|your|their|this)$/.test(lower)) {
      if (end > 0) break
      from = start
    } else if (from >= 0 && pos === 'NOUN' && !passing.test(lower)) end = until
    else if (end > 0) break
    else if (pos !== 'ADJ') from = -1
  }
  return from >= 0 && end > 0 ? sentence.slice(from, end) : null
}
