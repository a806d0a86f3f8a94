import type { SpokenSentence } from '../sentences.ts'
import { name } from './patterns.ts'

const calling = new RegExp(
  String.raw`^(?:(?:okay|ok|so|and|right|then|yes|thanks|alright),?\s)*(?<name>${name}),\s|,\s(?<last>${name})\s?[?.!]*$`,
  'iu',
)

const notNames =
  /^(?:The|This|That|These|Those|It|There|What|Who|Which|When|Where|Why|How|And|But|So|Or|If|Then|Now|Yes|No|Okay|Ok|Well|Right|Also|Maybe|Perhaps|Please|Everything|Nothing|Something|Anything|Our|My|Your|His|Her|Their|Its|All|Some|One|Today|Tomorrow|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|June|July|August|September|October|November|December|Next|First|Finally|Thanks|Hopefully|Nobody|Not|Nothing)\b/

/** "Marcus, you need to …" is Marcus; "someone from legal" is legal. */
export const whoIn = (groups: Record<string, string | undefined>, before: string): string | undefined => {
  const { who, where, vocative } = groups
  if (who === 'you') return /(?<name>\p{Lu}\p{L}+),$/u.exec(before)?.groups?.name ?? who
  if (where && /^(?:somebody|someone)$/.test(who ?? '')) return where
  return who ?? vocative
}

export const whoIsCalled = (sentence: string, said: string): string | null => {
  const called = calling.exec(sentence)?.groups
  const person = called?.name ?? called?.last
  if (/^let['’]s/i.test(said.trim()) || /somebody|someone/i.test(said)) return null
  if (/^let me/i.test(said.trim())) return 'I'
  return person && !notNames.test(person) ? person : 'you'
}

/** The name of whom was meant; null for nobody in particular. `recent` is whom "she" stands for. */
export function assigneeOf(
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
