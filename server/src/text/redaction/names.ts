import { givenNames, isAlsoAWord, neverAlone } from './given-names.ts'
import { type Finder, type PrivateSpan, spans } from './spans.ts'

const capital = String.raw`\p{Lu}[\p{L}'’-]+`
const particle = '(?:de|di|del|della|da|dos|van|von|der|den|la|le|bin|al|el|y)'
const surname = String.raw`(?:\s(?:${particle}\s){0,2}${capital}){0,2}`
const titled = new RegExp(
  String.raw`(?<![\p{L}])(?:Herrn?|Frau|[Ss]ignora?|[Ss]ignor|Sig\.ra|Sig\.|[Dd]ottor(?:essa)?|Dott\.(?:ssa)?|[Aa]vvocato|[Ii]ngegner|[Mm]onsieur|[Mm]adame|Mme|Mlle|M\.|[Ss]e[ñn]ora?|Sra?\.|[Dd]on|[Dd]oña|[Ss]enhora?|[Mm]evrouw|[Mm]eneer|Mr\.?|Mrs\.?|Ms\.?|Dr\.?|Doctor|Prof\.?|Professor)\s(?<name>${capital}(?:\s${capital}){0,2})`,
  'gu',
)
const introduced = new RegExp(
  String.raw`(?<![\p{L}])(?:[Mm]y name(?: is|['’]s)|[Ii]ch heiße|[Mm]ein Name ist|[Mm]i chiamo|[Jj]e m['’]appelle|[Mm]e llamo|[Mm]eu nome é|[Mm]ijn naam is|[Ss]peaking to)\s(?<name>${capital}${surname})|(?:[Tt]his is|[Ii]t['’]s)\s(?<caller>${capital})(?=\s(?:again|here|from|calling|speaking)\b)`,
  'gu',
)
const word = new RegExp(String.raw`(?<![\p{L}\p{N}'’@.-])${capital}`, 'gu')
const following = new RegExp(surname, 'uy')
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Names that are known from elsewhere, and their parts: a part counts only as a name, "Will" and not "will". */
const given = (text: string, names: readonly string[]): PrivateSpan[] =>
  names.flatMap((name) =>
    [name, ...name.split(/\s+/)]
      .filter((part) => part.length > 1)
      .flatMap((part) => {
        const flags = part === name && / /.test(name) ? 'giu' : 'gu'
        const pattern = new RegExp(String.raw`(?<![\p{L}\p{N}])${escaped(part)}(?![\p{L}\p{N}])`, flags)
        return spans('person', text, pattern, () => name.toLowerCase())
      }),
  )

const person = (name: string, start: number): PrivateSpan => ({
  kind: 'person',
  start,
  end: start + name.length,
  identity: name.toLowerCase(),
})

const captured = (text: string, pattern: RegExp): PrivateSpan[] =>
  [...text.matchAll(pattern)].map((hit) => {
    const name = hit.groups?.name ?? hit.groups?.caller ?? ''
    return person(name, hit.index + hit[0].length - name.length)
  })

/** First names of many languages, with what follows them. */
async function byGivenName(text: string, english: boolean): Promise<PrivateSpan[]> {
  const isGiven = await givenNames()
  return [...text.matchAll(word)].flatMap((hit) => {
    const name = hit[0].replace(/['’]s$/u, '')
    following.lastIndex = hit.index + hit[0].length
    // "Anna's Porsche" is no surname.
    const rest = name === hit[0] ? (following.exec(text)?.[0] ?? '').replace(/['’]s$/u, '') : ''
    const lower = name.toLowerCase()
    const opens = /(?:^|[.!?:"“(]\s*)$/.test(text.slice(0, hit.index))
    if (neverAlone(lower) && rest === '') return []
    const is = isAlsoAWord(lower) ? english && !opens : isGiven(lower)
    return is ? [person(name + rest, hit.index)] : []
  })
}

async function byModel(text: string): Promise<PrivateSpan[]> {
  const { findNames } = await import('../entities.ts')
  return (await findNames(text)).flatMap(({ kind, text: name, end }) => {
    const bare = name.replace(/^(?:dr|mr|mrs|ms|prof)\.?\s+/i, '')
    return kind === 'person' && bare ? [{ ...person(bare, end - bare.length), end }] : []
  })
}

export const persons: Finder = async (text, { names, language }) => {
  const english = (language ?? 'en') === 'en'
  return [
    ...given(text, names),
    ...captured(text, titled),
    ...captured(text, introduced),
    ...(await byGivenName(text, english)),
    ...(english ? await byModel(text) : []),
  ]
}
