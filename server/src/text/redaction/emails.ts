import { type Finder, spans } from './spans.ts'

const written =
  /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}](?:[\p{L}\p{N}._%+-]{0,63})@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})\.){1,6}\p{L}{2,24}/gu
const dot = '(?:dot|punkt|punto|point|ponto|punt)'
const at = '(?:at|chiocciola|ät|arroba|arobase|apenstaartje)'
const joint = '(?:underscore|dash|hyphen|minus|unterstrich|bindestrich|trattino|tiret|guion|hífen|streepje)'
const counted =
  '(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\\p{L}{3,5}teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)'
const word = '[\\p{L}\\p{N}_-]+'
/** "anna dot smith at example dot com", as it is dictated. */
const dictated = new RegExp(
  `(?<![\\p{L}\\p{N}])${word}(?: (?:${dot}|${joint}) ${word}| ${counted}){0,6} ${at} ${word}(?: ${joint} ${word}){0,3}(?: ${dot} ${word}){0,2} ${dot} \\p{L}{2,10}(?![\\p{L}\\p{N}])`,
  'giu',
)
const spokenSigns: readonly (readonly [RegExp, string])[] = [
  [new RegExp(` ${dot} `, 'giu'), '.'],
  [new RegExp(` ${at} `, 'giu'), '@'],
  [/ (?:underscore|unterstrich) /giu, '_'],
  [new RegExp(` ${joint} `, 'giu'), '-'],
]

export const emails: Finder = (text) => [
  ...spans('email', text, written, (hit) => hit.toLowerCase()),
  ...spans('email', text, dictated, (hit) =>
    spokenSigns.reduce((address, [said, sign]) => address.replace(said, sign), hit.toLowerCase()),
  ),
]
