import type { Glossary } from './port.ts'

interface Term {
  source: string
  target: string
  pattern: string
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
/** Scripts that write without spaces have no word bounds to look for. */
const spaced = (character: string | undefined) =>
  character !== undefined &&
  /[\p{L}\p{N}]/u.test(character) &&
  !/[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]/u.test(character)

const termsOf = (glossary: Glossary): Term[] =>
  Object.entries(glossary)
    .map(([source, target]) => ({ source: source.trim(), target }))
    .filter(({ source }) => source !== '')
    .sort((a, b) => b.source.length - a.source.length)
    .map(({ source, target }) => {
      const characters = Array.from(source)
      const before = spaced(characters[0]) ? '(?<![\\p{L}\\p{N}])' : ''
      const after = spaced(characters.at(-1)) ? '(?![\\p{L}\\p{N}])' : ''
      return { source, target, pattern: `${before}${escaped(source)}${after}` }
    })

const finder = (terms: Term[]) => new RegExp(terms.map((term) => `(${term.pattern})`).join('|'), 'giu')

/** The part of a glossary that a text speaks of: what a prompt has to carry. */
export function glossaryFor(glossary: Glossary | undefined, text: string): Term[] {
  if (!glossary) return []
  return termsOf(glossary).filter((term) => new RegExp(term.pattern, 'iu').test(text))
}

const folded = (term: string) => term.trim().toLowerCase()

/** A glossary, and what another has to say beside it. */
export function withTermsOf(glossary: Glossary, other: Glossary): Glossary {
  const own = new Set(Object.keys(glossary).map(folded))
  return { ...Object.fromEntries(Object.entries(other).filter(([term]) => !own.has(folded(term)))), ...glossary }
}

/** Terms that stand in only one of two glossaries, or stand for something else in each. */
export function changedTerms(one: Glossary, other: Glossary): Glossary {
  const entries = Object.entries({ ...one, ...other })
  return Object.fromEntries(entries.filter(([term]) => one[term] !== other[term]))
}

/** Tells of a text whether it speaks of any of these terms. */
export function speaksOf(glossary: Glossary): (text: string) => boolean {
  const terms = termsOf(glossary)
  if (terms.length === 0) return () => false
  const any = new RegExp(terms.map((term) => term.pattern).join('|'), 'iu')
  return (text) => any.test(text)
}

/** Terms of the source whose translation does not show in the result. */
export const missedTerms = (glossary: Glossary | undefined, source: string, translation: string): string[] => {
  const found = translation.toLowerCase()
  return glossaryFor(glossary, source)
    .filter((term) => !found.includes(term.target.toLowerCase()))
    .map((term) => term.source)
}

/** Signs that translators leave alone; the first pair that the text itself does not use is taken. */
const signs = [
  ['[[', ']]'],
  ['{{', '}}'],
  ['⟦', '⟧'],
] as const

export interface Protected {
  text: string
  /** Puts the wanted words in place; null where the engine lost or doubled a placeholder. */
  restore(translation: string): string | null
}

/** For engines that read no prompt: terms are swapped for numbered signs and come back as their translations. */
export function protectTerms(glossary: Glossary | undefined, text: string): Protected | null {
  const terms = glossaryFor(glossary, text)
  const pair = signs.find(([open, close]) => !text.includes(open) && !text.includes(close))
  if (terms.length === 0 || !pair) return null
  const [open, close] = pair
  const replacements: string[] = []
  const protectedText = text.replace(finder(terms), (...found) => {
    const groups: (string | undefined)[] = found.slice(1, 1 + terms.length)
    replacements.push(terms[groups.findIndex((group) => group !== undefined)]!.target)
    return `${open}${replacements.length - 1}${close}`
  })
  return {
    text: protectedText,
    restore(translation) {
      const seen = new Set<number>()
      let broken = false
      const sign = new RegExp(`${escaped(open)}\\s*(\\d+)\\s*${escaped(close)}`, 'gu')
      const restored = translation.replace(sign, (_, digits: string) => {
        const index = Number(digits)
        if (seen.has(index) || replacements[index] === undefined) broken = true
        seen.add(index)
        return replacements[index] ?? ''
      })
      return broken || seen.size !== replacements.length ? null : restored
    },
  }
}
