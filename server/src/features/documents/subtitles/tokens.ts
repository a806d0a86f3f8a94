import { plainText } from '../plain.ts'

/** The smallest piece of text that stays on one line. */
export interface Token {
  text: string
  width: number
  /** A space stands before it when it is not the first of its line. */
  spaced: boolean
}

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })
const words = new Intl.Segmenter('und', { granularity: 'word' })
const simple = /^[\x20-\x7e\u00a0-\u02ff\u0400-\u052f]*$/
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|\ufe0f/u

const columnsOf = (grapheme: string) => (wide.test(grapheme) ? 2 : 1)

export const widthOf = (text: string) => {
  if (simple.test(text)) return text.length
  let width = 0
  for (const { segment } of graphemes.segment(text)) width += columnsOf(segment)
  return width
}

/** Scripts that put no space between words. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u3000-\u303f\uff01-\uff60]/u
const opening = /^[\p{Ps}\p{Pi}]+$/u
const closing = /^[\p{P}\p{S}\p{M}ー々]+$/u

/** Words of a run without spaces; punctuation stays with the word that it belongs to, never alone at a line's edge. */
const wordsOf = (run: string): string[] => {
  const parts: string[] = []
  let held = ''
  let last = ''
  for (const { segment } of words.segment(run)) {
    const mayBreak = unspaced.test(segment) || unspaced.test(last)
    last = segment
    if (opening.test(segment)) held += segment
    else if (parts.length > 0 && held === '' && (closing.test(segment) || !mayBreak)) parts[parts.length - 1] += segment
    else {
      parts.push(held + segment)
      held = ''
    }
  }
  if (held !== '') parts.push(held)
  return parts
}

/** A word longer than a line has to be cut somewhere, but never inside a character as people see it. */
const cutTo = (line: number, text: string): string[] => {
  if (widthOf(text) <= line) return [text]
  const parts: string[] = []
  let part = ''
  let width = 0
  for (const { segment } of graphemes.segment(text)) {
    const columns = columnsOf(segment)
    if (width + columns > line && part !== '') {
      parts.push(part)
      part = ''
      width = 0
    }
    part += segment
    width += columns
  }
  return [...parts, part]
}

export const tokensOf = (text: string, line: number): Token[] =>
  plainText(text)
    .split(/\s+/u)
    .filter((run) => run !== '')
    .flatMap((run) =>
      (unspaced.test(run) ? wordsOf(run) : [run])
        .flatMap((part) => cutTo(line, part))
        .map((part, at) => ({ text: part, width: widthOf(part), spaced: at === 0 })),
    )

export const joined = (tokens: readonly Token[]) =>
  tokens.reduce((text, token, at) => (at > 0 && token.spaced ? `${text} ${token.text}` : text + token.text), '')

export const joinedWidth = (tokens: readonly Token[]) =>
  tokens.reduce((width, token, at) => width + token.width + (at > 0 && token.spaced ? 1 : 0), 0)
