import type { SpokenSentence } from '../sentences.ts'

const object =
  /\byou\b(?!['’]|\s(?:are|were|have|had|need|want|can|could|will|would|should|do|did|get|got|like|said|told|asked|know|think)\b)/gi

/** Between two, "you" has a name: a task is read without the talk around it. */
export function addressed(text: string, { segment }: SpokenSentence, speakers: ReadonlySet<string>): string {
  const others = [...speakers].filter((it) => it !== segment.speaker)
  const [other] = others
  if (!segment.speaker || others.length !== 1 || !other) return text
  return text.replace(/\byour\b/gi, `${other}’s`).replace(object, other)
}

const dueWords =
  /(?:\s|^)(?:(?:by|before|until|till|on|due|for|at|no later than|latest by|sometime|some time|later)\s+)*(?:the\s+)?$/i

/** The words that named the day say it no more: it has a place of its own. */
export function withoutDay(text: string, day: { start: number; end: number }): string {
  const before = text.slice(0, day.start).replace(dueWords, ' ')
  return `${before} ${text.slice(day.end)}`
}

export function tidy(text: string): string {
  const plain = text
    .replace(/\s+/g, ' ')
    .replace(/\s+([,.])/g, '$1')
    .replace(/^[\s,:–-]+|[\s,:;.!?…–-]+$/gu, '')
    .replace(
      /\s+(?:please|okay|ok|right|(?<!\b(?:before|until|by)\s)then|and|or|by|before|until|on|right after (?:this|that|the call|the meeting))$/i,
      '',
    )
    .trim()
  return plain.charAt(0).toUpperCase() + plain.slice(1)
}
