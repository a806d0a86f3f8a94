import { asWritten } from './spoken.ts'

/** Words by which a speaker says that something else follows, and after which it is named. English. */
const turn = [
  /^(?:let(?:['’]s| us)|we(?:['’]ll| will)|i(?:['’]d like to| want to|['’]ll)) (?:now )?(?:move on(?: (?:to|with))?|turn to|go (?:on )?to|talk about|start with|begin with|continue with|switch to|come to|look at)\b/i,
  /^moving on(?: to)?\b/i,
  /^(?:the )?(?:next|first|second|third|fourth|fifth|last|final) (?:one|topic|item|point|question|part|subject|answer|step|on the agenda|up|thing)\b/i,
  /^which brings (?:me|us) to\b/i,
  /^(?:turning|coming) (?:now )?to\b/i,
  /^(?:now )?we come to\b/i,
  /^on to\b/i,
  /^(?:to sum up|in summary|to conclude|to recap|last but not least|finally),?\b/i,
  /^(?:today|this time) (?:i|we) (?:want to|will|are going to)\b/i,
]
const opening =
  /^(?:(?:okay|ok|so|right|alright|all right|now|well|good|great|thanks?(?: you)?|and|then|perfect)\b[,. ]*)+/i
const named =
  /^[\s,:–-]*(?:is|are|that(?:['’]s| is)|comes from|is from)?[\s,]*(?<topic>[^.!?;:]{3,60}?)(?:\s(?:for a (?:moment|bit|minute)|first|now|then|today|again))?(?:,? (?:shall we|okay|right|because|so|and|which|then)\b[^.!?]*)?[.!?]/i
/** A clause is no title. */
const clause = /\b(?:is|are|was|were|do|does|did|will|would|can|could|what|how|who|we|i|you|they|he|she|it|there)\b/i

const plain = (text: string): string => asWritten(text.slice(0, 300)).replace(opening, '')

export const turnsTopic = (sentence: string): boolean => turn.some((pattern) => pattern.test(plain(sentence)))

/** "Okay, last topic, support over Christmas." → "Support over Christmas"; null where the topic is not named. */
export function announced(text: string): string | null {
  const said = plain(text)
  const cue = turn.map((pattern) => pattern.exec(said)?.[0]).find((hit) => hit !== undefined)
  if (!cue) return /^(?:to sum up|in summary|to recap)/i.test(said) ? 'Summary' : null
  if (/^(?:to sum up|in summary|to recap|to conclude)/i.test(cue)) return 'Summary'
  if (/answer|step|question|thing|today|this time/i.test(cue)) return null
  const topic = named
    .exec(said.slice(cue.length))
    ?.groups?.topic?.replace(/^(?:the|a|an|our)\s/i, '')
    .trim()
  return topic &&
    !clause.test(topic) &&
    !/\b(?:answer|question|point|topic|part|thing|one)$/i.test(topic) &&
    topic.split(' ').length <= 7
    ? headline(topic)
    : null
}

export const headline = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
