export const bare = (word: string) => word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')

/** What it costs to make the beginnings of one word list out of those of the other: a table with a row for each word of the first, and one more. */
function distances(one: readonly string[], other: readonly string[]): { cost: Uint16Array; width: number } {
  const width = other.length + 1
  const cost = new Uint16Array((one.length + 1) * width)
  for (let i = 0; i <= one.length; i++) {
    for (let j = 0; j <= other.length; j++) {
      const at = i * width + j
      if (i === 0 || j === 0) cost[at] = i + j
      else
        cost[at] = Math.min(
          cost[at - width - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1),
          cost[at - width]! + 1,
          cost[at - 1]! + 1,
        )
    }
  }
  return { cost, width }
}

/** For each word of the first list the place of the equal (or replaced) word in the second. */
export function align(one: readonly string[], other: readonly string[]): (number | undefined)[] {
  const { cost, width } = distances(one, other)
  const matched: (number | undefined)[] = one.map(() => undefined)
  for (let i = one.length, j = other.length; i > 0 && j > 0; ) {
    const at = i * width + j
    const same = one[i - 1] === other[j - 1]
    if (cost[at] === cost[at - width - 1]! + (same ? 0 : 1)) {
      matched[--i] = --j
    } else if (cost[at] === cost[at - width]! + 1) i--
    else j--
  }
  return matched
}

const plainWords = (text: string) => text.split(/\s+/).map(bare).filter(Boolean)

const apart = (one: readonly string[], other: readonly string[]) => {
  const longer = Math.max(one.length, other.length)
  return longer === 0 ? 0 : distances(one, other).cost.at(-1)! / longer
}

/** From 0 for the same words to 1 for nothing in common. */
export const difference = (one: string, other: string): number => apart(plainWords(one), plainWords(other))

const numbers = new Set(
  `zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty
  thirty forty fifty sixty seventy eighty ninety hundred thousand million point percent and`.split(/\s+/),
)
const fewest = 4

/**
 * How far two hearings of the same sound differ. Numbers are left out, since they are written as words one time and as digits the next;
 * undefined where next to nothing else was said.
 */
export function disagreement(one: string, other: string): number | undefined {
  const [first, second] = [one, other].map((text) =>
    plainWords(text).filter((word) => !numbers.has(word) && !/\d/.test(word)),
  ) as [string[], string[]]
  return Math.max(first.length, second.length) < fewest ? undefined : apart(first, second)
}
