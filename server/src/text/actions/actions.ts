import { dayOf, findDates, type Moment } from '../dates.ts'
import { findNames } from '../entities.ts'
import { createPace } from '../pace.ts'
import { type Evidence, evidenceAt, type TextSegment } from '../segment.ts'
import { type SpokenSentence, sentencesIn } from '../sentences.ts'
import { asWritten } from '../spoken.ts'
import { withReferent } from './referent.ts'
import { doingVerb, isVague, manners, settled } from './verbs.ts'

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

const name = String.raw`\p{Lu}[\p{L}’'-]+(?:\s\p{Lu}[\p{L}’'-]+){0,2}`
const team = String.raw`(?:the\s)?(?:[\p{L}]+\s)?(?:team|department|marketing|sales|finance|legal|engineering|support|HR|design|operations|QA|IT)`
const role = String.raw`[Tt]he\s(?!server|computer|router|number|paper|letter|order|browser|user|customer|weather|matter|error|factor)\p{Ll}{3,}(?:er|or|ist|ant|ian|lead)`
const from = String.raw`(?:\s(?:from|of|at|in)\s(?:the\s)?(?<where>${name}|\p{Ll}+))?`
const subject = String.raw`(?:(?<who>I|we|you|he|she|they|everyone|everybody|somebody|someone|${team}|${role}|${name}(?:\s(?:and|or)\s${name})?)${from})`
const modal = String.raw`(?:['’](?:ll|m going to|re going to|s going to)|\s(?:will|shall|should|must|(?<=\bI\s)can|is going to|am going to|are going to|gonna|need to|needs to|have to|has to|had better|is supposed to|are supposed to|agreed to|promised to|volunteered to|offered to|is to|are to|(?<minutes>to)))`
const soften = String.raw`(?:\s(?:also|just|quickly|then|please|definitely|probably|certainly|personally|go ahead and|try to|help|make sure to|make sure that we|be sure to|kindly|first|still|now|all))*`
const verb = String.raw`\s(?<verb>${doingVerb})\b(?<rest>[^\n]*)`

const promise = new RegExp(String.raw`(?<![\p{L}\p{N}])${subject}${modal}${soften}${verb}`, 'u')
const order = new RegExp(
  String.raw`(?:(?<vocative>${name}),\s)?(?:^|(?<=[\s,]))(?:[Pp]lease|[Cc]an you|[Cc]ould you|[Ww]ould you|[Ww]ill you|[Cc]an somebody|[Cc]an someone|[Mm]ake sure (?:to|you|that you)|[Dd]on['’]t forget to|[Rr]emember to|[Ll]et['’]s|[Ll]et me|I (?:want|need|would like|['’]d like) you to|I['’]d like you to|[Yy]our job is to)${soften}${verb}`,
  'u',
)
const labelled = new RegExp(
  String.raw`\b(?:action items?|to-?dos?|next steps?|follow-?ups?|tasks?)\b(?:\s(?:for|on)\s(?<who>${name}|me|you|us))?\s?(?:is|are|:|,|–|-)?\s?(?:to\s|that\s)?(?<verb>${doingVerb})\b(?<rest>[^\n]*)`,
  'iu',
)
const charge = new RegExp(
  String.raw`(?<![\p{L}])(?<who>${name}|I|you|we)\s?(?:is|are|am|['’]s|['’]re|['’]m|will be|takes?)\s(?:responsible for|in charge of|going to take care of|taking care of|care of|tasked with)\s(?<rest>[^\n]+)`,
  'u',
)
/** "The second problem set is due next Friday." */
const dueThing = /(?<![\p{L}])(?:the|your|our|my|this)\s(?<thing>[^,.;:!?]{3,60}?)\s(?:is|are|will be)\sdue\b/iu
const calling = new RegExp(
  String.raw`^(?:(?:okay|ok|so|and|right|then|yes|thanks|alright),?\s)*(?<name>${name}),\s|,\s(?<last>${name})\s?[?.!]*$`,
  'iu',
)

const cuts =
  /[.;!?…](?:\s|$)|,\s(?:that|it|this)\s|,?\sand\s\p{Lu}\p{L}+,\s|,\sso\s(?:you|they|we|it|I|that)\b|,\s(?:if|as long as)\b|,?\s(?:because|since|but|although|so that|so we|so I|so they|so you|which|if|unless|otherwise|and then|and (?:I|we|you|he|she|they|\p{Lu}\p{L}+)(?:['’]ll|\s(?:to|will|should|can|need|must|has|have|is|are)))\b|,\s(?:I|we|you|he|she|they|okay|ok|right|please|\p{Lu}\p{L}+\s?[?.!]*$)/u
const dueWords =
  /(?:\s|^)(?:(?:by|before|until|till|on|due|for|at|no later than|latest by|sometime|some time|later)\s+)*(?:the\s+)?$/i
const notNames =
  /^(?:The|This|That|These|Those|It|There|What|Who|Which|When|Where|Why|How|And|But|So|Or|If|Then|Now|Yes|No|Okay|Ok|Well|Right|Also|Maybe|Perhaps|Please|Everything|Nothing|Something|Anything|Our|My|Your|His|Her|Their|Its|All|Some|One|Today|Tomorrow|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|June|July|August|September|October|November|December|Next|First|Finally|Thanks|Hopefully|Nobody|Not|Nothing)\b/

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

/** "Marcus, you need to …" is Marcus; "someone from legal" is legal. */
const whoIn = (groups: Record<string, string | undefined>, before: string): string | undefined => {
  const { who, where, vocative } = groups
  if (who === 'you') return /(?<name>\p{Lu}\p{L}+),$/u.exec(before)?.groups?.name ?? who
  if (where && /^(?:somebody|someone)$/.test(who ?? '')) return where
  return who ?? vocative
}

const whoIsCalled = (sentence: string, said: string): string | null => {
  const called = calling.exec(sentence)?.groups
  const person = called?.name ?? called?.last
  if (/^let['’]s/i.test(said.trim()) || /somebody|someone/i.test(said)) return null
  if (/^let me/i.test(said.trim())) return 'I'
  return person && !notNames.test(person) ? person : 'you'
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
  // A date that something is moved to is what is to be done, not until when.
  const isGoal = named !== undefined && goal.test(spoken.slice(0, named.start))
  const day = isGoal ? undefined : (named ?? (inSentence.length === 1 ? inSentence[0] : undefined) ?? later[0])
  const text = tidy(named && !isGoal ? without(spoken, named) : spoken)
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

const goal = /^(?:move|postpone|shift|push|reschedule|bring|extend|delay|defer)\b.*\bto\s(?:the\s)?$/i

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

const object =
  /\byou\b(?!['’]|\s(?:are|were|have|had|need|want|can|could|will|would|should|do|did|get|got|like|said|told|asked|know|think)\b)/gi

/** Between two, "you" has a name: a task is read without the talk around it. */
function addressed(text: string, { segment }: SpokenSentence, speakers: ReadonlySet<string>): string {
  const others = [...speakers].filter((it) => it !== segment.speaker)
  const [other] = others
  if (!segment.speaker || others.length !== 1 || !other) return text
  return text.replace(/\byour\b/gi, `${other}’s`).replace(object, other)
}

function without(text: string, day: { start: number; end: number }): string {
  const before = text.slice(0, day.start).replace(dueWords, ' ')
  return `${before} ${text.slice(day.end)}`
}

function tidy(text: string): string {
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

function assigneeOf(
  who: string | null,
  { segment }: SpokenSentence,
  speakers: ReadonlySet<string>,
  recent: string | null,
): string | null {
  const speaker = segment.speaker ?? null
  switch (who?.toLowerCase()) {
    case undefined:
    case 'we':
    case 'us':
    case 'they':
    case 'everyone':
    case 'everybody':
    case 'somebody':
    case 'someone':
      return null
    case 'i':
    case 'me':
      return speaker
    case 'you': {
      // Between two, "you" is the other one.
      const others = [...speakers].filter((it) => it !== speaker)
      return speaker && others.length === 1 ? others[0]! : null
    }
    case 'he':
    case 'she':
      return recent
    default:
      return who && !notNames.test(who) ? who.replace(/^the\s/i, '') : null
  }
}
