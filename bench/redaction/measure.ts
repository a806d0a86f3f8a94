import { readFile } from 'node:fs/promises'
import { redact } from '../../server/src/text/redaction/index.ts'

interface Labelled {
  language: string
  text: string
  private: { kind: string; start: number; end: number }[]
}

interface Counts {
  /** Spans that the labels name. */
  said: number
  /** Of these, those that are gone without a rest, whatever they were taken for. */
  hidden: number
  /** Spans that were taken out. */
  taken: number
  /** Of these, those that touch a label of their kind. */
  right: number
}

export interface Measured {
  kinds: Record<string, Counts>
  languages: Record<string, Counts>
  all: Counts
  /** What stayed to be read, and what was taken for nothing. */
  leaks: string[]
  blunders: string[]
}

/** Labels stand in the text as `{kind|words}`. */
export function unlabelled(language: string, labelled: string): Labelled {
  const found: Labelled['private'] = []
  let text = ''
  let from = 0
  for (const hit of labelled.matchAll(/\{(\w+)\|([^}]+)\}/g)) {
    const [all, kind = '', words = ''] = hit
    text += labelled.slice(from, hit.index)
    found.push({ kind, start: text.length, end: text.length + words.length })
    text += words
    from = hit.index + all.length
  }
  return { language, text: text + labelled.slice(from), private: found }
}

export async function readLabelled(set: 'sentences' | 'fresh'): Promise<Labelled[]> {
  const lines = await readFile(new URL(`./${set}.txt`, import.meta.url), 'utf8')
  return lines
    .trim()
    .split('\n')
    .map((line) => {
      const [language = '', text = ''] = line.split('\t')
      return unlabelled(language, text)
    })
}

const none = (): Counts => ({ said: 0, hidden: 0, taken: 0, right: 0 })

/** Each sentence by itself, so that a name known from another does not help. */
export async function measure(labelled: readonly Labelled[]): Promise<Measured> {
  const measured: Measured = { kinds: {}, languages: {}, all: none(), leaks: [], blunders: [] }
  for (const it of labelled) {
    const { texts } = await redact([{ id: 'it', text: it.text }], { language: it.language })
    const { spans } = texts[0]!
    const count = (kind: string, what: keyof Counts) => {
      measured.kinds[kind] ??= none()
      measured.languages[it.language] ??= none()
      for (const counts of [measured.kinds[kind], measured.languages[it.language], measured.all]) counts![what] += 1
    }
    for (const { kind, start, end } of it.private) {
      count(kind, 'said')
      const rest = [...it.text.slice(start, end)].filter(
        (letter, at) =>
          /[\p{L}\p{N}]/u.test(letter) && !spans.some((span) => span.start <= start + at && start + at < span.end),
      )
      if (rest.length === 0) count(kind, 'hidden')
      else measured.leaks.push(`${it.language} ${kind}: ${it.text.slice(start, end)} → ${texts[0]!.text}`)
    }
    for (const { kind, start, end } of spans) {
      count(kind, 'taken')
      const known = it.private.some((label) => label.kind === kind && label.start < end && start < label.end)
      if (known) count(kind, 'right')
      else measured.blunders.push(`${it.language} ${kind}: ${it.text.slice(start, end)} in: ${it.text}`)
    }
  }
  return measured
}

export const recall = ({ said, hidden }: Counts): number => (said === 0 ? 1 : hidden / said)
export const precision = ({ taken, right }: Counts): number => (taken === 0 ? 1 : right / taken)
