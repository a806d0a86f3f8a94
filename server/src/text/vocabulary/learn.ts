import { type Word, wordsOf } from '../words.ts'
import { commonWords } from './common.ts'
import { likeness, soundAlike } from './sound.ts'

/** What a user's edit teaches: where the recogniser heard `heard`, `meant` was said. */
export interface Lesson {
  heard: string
  meant: string
  /** `heard` is made of everyday words: taking it up would change sentences that mean just that. Ask first. */
  risky: boolean
}

const widest = 4

/** Words that an edit replaced by something that sounds or looks much the same, and is not an everyday word. */
export async function learnFrom(before: string, after: string, language: string | null = 'en'): Promise<Lesson[]> {
  const isCommon = await commonWords(language)
  const lessons: Lesson[] = []
  for (const { removed, added } of replacements(wordsOf(before), wordsOf(after))) {
    if (removed.length === 0 || added.length === 0 || removed.length > widest || added.length > widest) continue
    const heard = removed.map((word) => word.text).join(' ')
    const meant = added.map((word) => word.text).join(' ')
    const same = heard.toLowerCase() === meant.toLowerCase()
    const resembles = soundAlike(heard, meant) || likeness(heard.replace(/ /g, ''), meant.replace(/ /g, '')) >= 0.6
    if (!resembles || (added.every((word) => isCommon(word.text)) && !same) || (same && heard === meant)) continue
    if (same && added.every((word) => isCommon(word.text))) continue
    lessons.push({ heard, meant, risky: removed.every((word) => isCommon(word.text)) })
  }
  return lessons
}

interface Replacement {
  removed: Word[]
  added: Word[]
}

/** Longest common subsequence: what lies between words that stayed was replaced. */
function replacements(before: Word[], after: Word[]): Replacement[] {
  // An edit of a whole transcript at once is no correction of a word.
  if (before.length * after.length > 4_000_000) return []
  const lengths = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1))
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      lengths[i]![j] =
        before[i]!.text === after[j]!.text
          ? lengths[i + 1]![j + 1]! + 1
          : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!)
    }
  }
  const found: Replacement[] = []
  let open: Replacement = { removed: [], added: [] }
  let i = 0
  let j = 0
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i]!.text === after[j]!.text) {
      found.push(open)
      open = { removed: [], added: [] }
      i += 1
      j += 1
    } else if (j >= after.length || (i < before.length && lengths[i + 1]![j]! >= lengths[i]![j + 1]!)) {
      open.removed.push(before[i]!)
      i += 1
    } else {
      open.added.push(after[j]!)
      j += 1
    }
  }
  return [...found, open].filter((it) => it.removed.length > 0 && it.added.length > 0)
}
