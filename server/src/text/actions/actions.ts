import { dayOf, findDates, type Moment } from '../dates.ts'
import { findNames } from '../entities.ts'
import { createPace } from '../pace.ts'
import { type Evidence, evidenceAt, type TextSegment } from '../segment.ts'
import { type SpokenSentence, sentencesIn } from '../sentences.ts'
import { asWritten } from '../spoken.ts'
import { assigneeOf, whoIn, whoIsCalled } from './assignee.ts'
import { charge, cuts, dueThing, goal, labelled, order, promise } from './patterns.ts'
import { withReferent } from './referent.ts'
import { isVague, manners, settled } from './verbs.ts'
import { addressed, tidy, withoutDay } from './wording.ts'

export interface ActionItem extends Evidence {
  /** What to do, as an order: "Send the report". */
  text: string
  /** A name as it was said, or the speaker's; null where nobody in particular was meant. */
  assignee: string | null
  /** YYYY-MM-DD in the speaker's time zone. */
  due_date: string | null
  /** The words that named the day. */
  due_text: string | null
  /** The sentence it was taken from. */
  quote: string
}

interface Found {
  at: number
  who: string | null
  verb: string
  rest: string
  /** "Please" leaves no doubt that something is to be done. */
  begged: boolean
}

/** Who promised or was asked to do what, and until when. English. */
export async function actionsIn(
  segments: readonly TextSegment[],
  moment: Moment,
  signal?: AbortSignal,
): Promise<ActionItem[]> {
  const pace = createPace()
  const sentences = sentencesIn(segments)
  const speakers = new Set(segments.map((segment) => segment.speaker).filter((speaker) => speaker != null))
  const items: ActionItem[] = []
  let lastPerson: { name: string; sentence: number } | null = null
  for (const [index, sentence] of sentences.entries()) {
    await pace(signal)
    const all = findIn(sentence.text)
    const recent = lastPerson && index - lastPerson.sentence <= 2 ? lastPerson.name : null
    for (const found of all) {
      const item = itemOf(found, all.length === 1, sentence, sentences[index + 1], moment)
      if (!item) continue
      const assignee = assigneeOf(found.who, sentence, speakers, recent)
      const text = await withReferent(addressed(item.text, sentence, speakers), sentences, index)
      const double = items.some((it) => it.assignee === assignee && it.text.toLowerCase() === text.toLowerCase())
      if (!double) items.push({ ...item, text, assignee })
    }
    const thing = all.length === 0 ? thingDue(sentence, moment) : null
    if (thing) items.push(thing)
    const person = (await mayName(sentence.text)).at(-1)
    if (person) lastPerson = { name: person, sentence: index }
  }
  return items
}

const mayName = async (text: string): Promise<string[]> =>
  /\p{Lu}\p{Ll}/u.test(text.slice(1)) || /^\p{Lu}\p{Ll}/u.test(text)
    ? (await findNames(text)).filter((it) => it.kind === 'person').map((it) => it.text)
    : []

/** Every promise of a sentence: one may follow another after "and". */
function findIn(sentence: string): Found[] {
  const found: Found[] = []
  let from = 0
  while (from < sentence.length && found.length < 8) {
    const part = sentence.slice(from)
    const hits = [promise, order, labelled, charge]
      .map((pattern) => pattern.exec(part))
      .filter((hit) => hit !== null)
      .sort((a, b) => a.index - b.index)
    const hit = hits[0]
    if (!hit) break
    const groups = hit.groups ?? {}
    const rest = groups.rest ?? ''
    const verbAt = hit.index + hit[0].length - rest.length
    // "Tom to send the report" is how minutes are written; "ask Tom to send the report" is somebody else's task.
    const before = sentence.slice(0, from + hit.index).trim()
    const within = groups.minutes !== undefined && before !== '' && !/[,:;–-]$/.test(before)
    if (!within && !asksOrSupposes(part, hit)) {
      found.push({
        at: from + hit.index,
        who: whoIn(groups, before) ?? whoIsCalled(part, hit[0]),
        verb: groups.verb ?? '',
        rest,
        begged: /\bplease\b/i.test(hit[0].slice(0, hit[0].length - rest.length)),
      })
    }
    from += verbAt
  }
  return found
}

/** "Should we send it?" asks; "if I send it" supposes; "what we need to do is" talks about it. */
function asksOrSupposes(part: string, hit: RegExpExecArray): boolean {
  const before = part.slice(0, hit.index)
  const end = part.slice(hit.index).search(/[.!?](?:\s|$)/)
  const asked = /\?/.test(end < 0 ? '' : part.slice(hit.index + end, hit.index + end + 2))
  const isOrder = /^(?:\p{Lu}[\p{L}’'-]+,\s)?(?:please|can (?:you|some)|could you|would you|will you)/iu.test(
    hit[0].trim(),
  )
  if (asked && !isOrder) return true
  return /\b(?:if|unless|whether|when|what|why|how|who|which|that|where|once|before|until|things|people|everything)\s*$/i.test(
    before,
  )
}

function itemOf(
  { at, verb: action, rest, begged }: Found,
  alone: boolean,
  sentence: SpokenSentence,
  next: SpokenSentence | undefined,
  moment: Moment,
): Omit<ActionItem, 'assignee'> | null {
  const cut = rest.search(cuts)
  const object = (cut < 0 ? rest : rest.slice(0, cut)).trim()
  const spoken = asWritten(`${action || 'Take care of'} ${object}`.trim())
  const coming = (text: string) => findDates(text, moment, true).filter((it) => it.date >= dayOf(moment))
  const inSentence = coming(sentence.text).filter((it) => alone || it.end <= at)
  const own = coming(spoken)
  // "By Friday." as an afterthought of its own still belongs to the promise.
  const later =
    next && next.text.length < 40 && /^(?:by|before|until|on|due|no later)\b/i.test(next.text) ? coming(next.text) : []
  const named = own.at(-1)
  const isGoal = named !== undefined && goal.test(spoken.slice(0, named.start))
  const day = isGoal ? undefined : (named ?? (inSentence.length === 1 ? inSentence[0] : undefined) ?? later[0])
  const text = tidy(named && !isGoal ? withoutDay(spoken, named) : spoken)
  if (manners.test(spoken)) return null
  if (action && isVague(action) && !settled.test(spoken) && !day && !begged) return null
  if (text.split(' ').length < 2 && !day) return null
  return {
    text: text.slice(0, 300),
    due_date: day?.date ?? null,
    due_text: day?.text ?? null,
    quote: sentence.text,
    ...evidenceAt(sentence.segment, sentence.start),
  }
}

function thingDue(sentence: SpokenSentence, moment: Moment): ActionItem | null {
  const thing = dueThing.exec(sentence.text)?.groups?.thing
  const day = findDates(sentence.text, moment, true)[0]
  if (!thing || !day || day.date < dayOf(moment) || /\?\s*$/.test(sentence.text)) return null
  return {
    text: `${tidy(thing)} is due`,
    assignee: null,
    due_date: day.date,
    due_text: day.text,
    quote: sentence.text,
    ...evidenceAt(sentence.segment, sentence.start),
  }
}
