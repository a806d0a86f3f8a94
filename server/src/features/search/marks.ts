import { fold } from './fold.ts'
import type { Query } from './query.ts'

const SNIPPET_CHARACTERS = 200
const LEAD_CHARACTERS = 60

const WORD = /[\p{L}\p{N}\p{M}]+/gu
const SPACELESS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')

interface Place {
  from: number
  to: number
}

/** Where the words of the query stand in a text. */
function places(text: string, { terms }: Query): Place[] {
  const whole = new Set<string>()
  const beginnings: string[] = []
  const runs: string[] = []
  for (const { words, prefix } of terms)
    for (const word of words)
      for (const [part] of word.matchAll(WORD))
        if (SPACELESS.test(part)) runs.push(part)
        else if (prefix) beginnings.push(fold(part))
        else whole.add(fold(part))
  const found: Place[] = []
  for (const { 0: word, index } of text.matchAll(WORD)) {
    const folded = fold(word)
    if (whole.has(folded) || beginnings.some((it) => folded.startsWith(it)))
      found.push({ from: index, to: index + word.length })
  }
  for (const run of runs)
    for (let at = text.indexOf(run); at >= 0; at = text.indexOf(run, at + run.length))
      found.push({ from: at, to: at + run.length })
  return found.sort((a, b) => a.from - b.from)
}

/** This part of a text, with `<mark>` around all finds in it and everything else escaped. */
function marked(text: string, found: readonly Place[], start: number, end: number) {
  let result = ''
  let at = start
  for (const { from, to } of found) {
    if (from < at || to > end) continue
    result += `${escaped(text.slice(at, from))}<mark>${escaped(text.slice(from, to))}</mark>`
    at = to
  }
  return result + escaped(text.slice(at, end))
}

/** The passage around the first find. */
export function snippetOf(text: string, query: Query): string {
  const found = places(text, query)
  const start = beginningOfWord(text, Math.max(0, (found[0]?.from ?? 0) - LEAD_CHARACTERS))
  const end = Math.min(text.length, start + SNIPPET_CHARACTERS)
  const passage = marked(text, found, start, end)
  return `${start > 0 ? '… ' : ''}${passage}${end < text.length ? '…' : ''}`.toWellFormed()
}

/** A whole title, where there is something to mark in it. */
export function markedTitle(title: string, query: Query): { title_marked?: string } {
  const found = places(title, query)
  return found.length > 0 ? { title_marked: marked(title, found, 0, title.length).toWellFormed() } : {}
}

function beginningOfWord(text: string, at: number) {
  if (at === 0) return 0
  const space = text.indexOf(' ', at)
  return space >= 0 && space - at < LEAD_CHARACTERS / 2 ? space + 1 : at
}
