const spelled: Readonly<Record<string, string>> = {
  zero: '0',
  oh: '0',
  o: '0',
  nought: '0',
  null: '0',
  zéro: '0',
  cero: '0',
  nul: '0',
  one: '1',
  eins: '1',
  uno: '1',
  un: '1',
  um: '1',
  een: '1',
  two: '2',
  zwei: '2',
  zwo: '2',
  due: '2',
  deux: '2',
  dos: '2',
  dois: '2',
  twee: '2',
  three: '3',
  drei: '3',
  tre: '3',
  trois: '3',
  tres: '3',
  três: '3',
  drie: '3',
  four: '4',
  vier: '4',
  quattro: '4',
  quatre: '4',
  cuatro: '4',
  quatro: '4',
  five: '5',
  fünf: '5',
  cinque: '5',
  cinq: '5',
  cinco: '5',
  vijf: '5',
  six: '6',
  sechs: '6',
  sei: '6',
  seis: '6',
  zes: '6',
  seven: '7',
  sieben: '7',
  sette: '7',
  sept: '7',
  siete: '7',
  sete: '7',
  zeven: '7',
  eight: '8',
  acht: '8',
  otto: '8',
  huit: '8',
  ocho: '8',
  oito: '8',
  nine: '9',
  neun: '9',
  nove: '9',
  neuf: '9',
  nueve: '9',
  negen: '9',
}
const word = `(?:${Object.keys(spelled).join('|')}|double|triple|hundred)`
const runs = new RegExp(
  String.raw`(?<![\p{L}\p{N}])(?:(?:plus|più|más|mais) )?${word}(?:[ ,–-]+${word}){6,}(?![\p{L}\p{N}])`,
  'giu',
)

export interface SpelledNumber {
  start: number
  end: number
  digits: string
}

/** Digits that were dictated one by one, in several languages: at least seven, and not merely counted up. */
export function spelledNumbersIn(text: string): SpelledNumber[] {
  return [...text.matchAll(runs)].flatMap((hit) => {
    const digits = digitsOf(hit[0])
    const counted = [...digits].every((digit, at) => at === 0 || Number(digit) === Number(digits[at - 1]) + 1)
    return counted || digits.length < 7 ? [] : [{ start: hit.index, end: hit.index + hit[0].length, digits }]
  })
}

function digitsOf(said: string): string {
  let digits = ''
  let times = 1
  for (const part of said.toLowerCase().split(/[ ,–-]+/)) {
    if (part === 'double' || part === 'triple') times = part === 'double' ? 2 : 3
    else if (part === 'hundred') digits += '00'
    else {
      digits += (spelled[part] ?? '').repeat(times)
      times = 1
    }
  }
  return digits
}
