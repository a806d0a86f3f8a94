import { findDates, type Moment } from '../dates.ts'
import { findNames } from '../entities.ts'
import { createPace } from '../pace.ts'
import { type Evidence, evidenceAt, type TextSegment } from '../segment.ts'
import { type SpokenSentence, sentencesIn } from '../sentences.ts'
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
}

const name = String.raw`\p{Lu}[\p{L}’'-]+(?:\s\p{Lu}[\p{L}’'-]+){0,2}`
const team = String.raw`(?:the\s)?(?:[\p{L}]+\s)?(?:team|department|marketing|sales|finance|legal|engineering|support|HR|design|operations|QA|IT)`
const role = String.raw`[Tt]he\s(?!server|computer|router|number|paper|letter|order|browser|user|customer|weather|matter|error|factor)\p{Ll}{3,}(?:er|or|ist|ant|ian|lead)`
const from = String.raw`(?:\s(?:from|of|at|in)\s(?:the\s)?(?:${name}|\p{Ll}+))?`
const subject = String.raw`(?:(?<who>I|we|you|he|she|they|everyone|everybody|somebody|someone|${team}|${role}|${name}(?:\s(?:and|or)\s${name})?)${from})`
const modal = String.raw`(?:['’](?:ll|m going to|re going to|s going to)|\s(?:will|shall|should|must|can|is going to|am going to|are going to|gonna|need to|needs to|have to|has to|had better|is supposed to|are supposed to|agreed to|promised to|volunteered to|offered to|is to|are to|to))`
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
const calling = new RegExp(
  String.raw`^(?:(?:okay|ok|so|and|right|then|yes|thanks|alright),?\s)*(?<name>${name}),\s|,\s(?<last>${name})\s?[?.!]*$`,
  'iu',
)

const cuts =
  /[.;!?…](?:\s|$)|,?\s(?:because|since|but|although|so that|so we|so I|which|if|unless|otherwise|and then|and (?:I|we|you|he|she|they|\p{Lu}\p{L}+)(?:['’]ll|\s(?:to|will|should|can|need|must|has|have|is|are)))\b|,\s(?:I|we|you|he|she|they|okay|ok|right|please|\p{Lu}\p{L}+\s?[?.!]*$)/u
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
    for (const found of all) {
      const item = itemOf(found, all.length === 1, sentence, sentences[index + 1], moment)
      if (!item) continue
      const recent = lastPerson && index - lastPerson.sentence <= 2 ? lastPerson.name : null
      const assignee = assigneeOf(found.who, sentence, speakers, recent)
      const double = items.some((it) => it.assignee === assignee && it.text.toLowerCase() === item.text.toLowerCase())
      if (!double) items.push({ ...item, assignee })
    }
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
    if (!asksOrSupposes(part, hit)) {
      found.push({
        at: from + hit.index,
        who: groups.who ?? groups.vocative ?? whoIsCalled(part, hit[0]),
        verb: groups.verb ?? '',
        rest,
      })
    }
    from += verbAt
  }
  return found
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
  { at, verb: action, rest }: Found,
  alone: boolean,
  sentence: SpokenSentence,
  next: SpokenSentence | undefined,
  moment: Moment,
): Omit<ActionItem, 'assignee'> | null {
  const cut = rest.search(cuts)
  const object = (cut < 0 ? rest : rest.slice(0, cut)).trim()
  const spoken = `${action || 'Take care of'} ${object}`.trim()
  const inSentence = findDates(sentence.text, moment, true).filter((it) => alone || it.end <= at)
  const own = findDates(spoken, moment, true)
  // "By Friday." as an afterthought of its own still belongs to the promise.
  const later =
    next && next.text.length < 40 && /^(?:by|before|until|on|due|no later)\b/i.test(next.text)
      ? findDates(next.text, moment, true)
      : []
  const day = own.at(-1) ?? (inSentence.length === 1 ? inSentence[0] : undefined) ?? later[0]
  const bare = own.length > 0 ? without(spoken, own.at(-1)!) : spoken
  const text = tidy(bare)
  if (manners.test(spoken)) return null
  if (action && isVague(action) && !settled.test(spoken) && !day) return null
  if (text.split(' ').length < 2 && !day) return null
  return {
    text: text.slice(0, 300),
    due_date: day?.date ?? null,
    due_text: day?.text ?? null,
    quote: sentence.text,
    ...evidenceAt(sentence.segment, sentence.start),
  }
}

function without(text: string, day: { start: number; end: number }): string {
  const before = text.slice(0, day.start).replace(dueWords, ' ')
  return `${before} ${text.slice(day.end)}`
}

function tidy(text: string): string {
  const plain = text
    .replace(/\s+/g, ' ')
    .replace(/^[\s,:–-]+|[\s,:;.!?…–-]+$/gu, '')
    .replace(/\s+(?:please|okay|ok|right|then|and|or|by|before|until|on)$/i, '')
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
