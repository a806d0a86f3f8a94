const units: Readonly<Record<string, number>> = {
  zero: 0,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  thirteen: 13,
  fourteen: 14,
  fifteen: 15,
  sixteen: 16,
  seventeen: 17,
  eighteen: 18,
  nineteen: 19,
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
  first: 1,
  second: 2,
  third: 3,
  fourth: 4,
  fifth: 5,
  sixth: 6,
  seventh: 7,
  eighth: 8,
  ninth: 9,
  tenth: 10,
  half: 0.5,
}
const scales: Readonly<Record<string, number>> = {
  hundred: 100,
  thousand: 1_000,
  million: 1_000_000,
  billion: 1_000_000_000,
  k: 1_000,
  m: 1_000_000,
  bn: 1_000_000_000,
}

const pattern = new RegExp(
  String.raw`(?<figure>\d{1,3}(?:[,’' ]\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:[.,]\d+)?)(?:st|nd|rd|th)?(?:[ -]?(?<scale>hundred|thousand|million|billion|bn|k|m)\b)?|\b(?<words>(?:${[...Object.keys(units), ...Object.keys(scales).filter((it) => it.length > 2)].join('|')})(?:(?:[ -]| and )(?:${[...Object.keys(units), ...Object.keys(scales).filter((it) => it.length > 2)].join('|')}))*)\b`,
  'giu',
)

const figureOf = (written: string): number => {
  const grouped = written.replace(/[’' ]/g, '')
  const english = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(grouped)
  const continental = /^\d{1,3}(?:\.\d{3})+(?:,\d+)?$/.test(grouped)
  const plain = english
    ? grouped.replace(/,/g, '')
    : continental
      ? grouped.replace(/\./g, '').replace(',', '.')
      : grouped.replace(',', '.')
  return Number(plain)
}

function wordsToNumber(words: string): number {
  let total = 0
  let current = 0
  for (const word of words.toLowerCase().split(/[ -]+/)) {
    const scale = scales[word]
    if (scale === 100) current = Math.max(1, current) * 100
    else if (scale !== undefined) {
      total += Math.max(1, current) * scale
      current = 0
    } else current += units[word] ?? 0
  }
  return total + current
}

/** Every number of a text by its value: "12,000", "12.000", "12k" and "twelve thousand" are one. */
export function numbersIn(text: string): { value: number; text: string }[] {
  return [...text.matchAll(pattern)].map((hit) => {
    const { figure, scale, words } = hit.groups ?? {}
    const value = figure ? figureOf(figure) * (scales[scale?.toLowerCase() ?? ''] ?? 1) : wordsToNumber(words ?? '')
    return { value, text: hit[0] }
  })
}
