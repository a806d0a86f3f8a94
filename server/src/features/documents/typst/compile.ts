import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'
import type { Block, RichDocument } from '../document.ts'
import { eastAsian, isRightToLeft } from '../script.ts'
import { type FontChoice, fontsFor } from './fonts.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const template = readFileSync(new URL('template.typ', import.meta.url), 'utf8')

interface Placed {
  text: string
  lang: string
  rtl: boolean
}

/** Scripts without spaces break anywhere; other words of more than a line would run off the page. */
const longRun = /[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]{30}(?=\S{30})(?!\p{M})/gu

/** A place to break where it has to be, invisible elsewhere. */
const breakable = (text: string) => text.replace(longRun, '$&\u200b')

const placer =
  (language: string | null) =>
  (text: string): Placed => {
    const rtl = isRightToLeft(text)
    const written = language?.split('-')[0]?.toLowerCase()
    const known = written !== undefined && /^[a-z]{2,3}$/.test(written) ? written : 'und'
    const lang = eastAsian(text, language) ?? (rtl ? (/\p{Script=Hebrew}/u.test(text) ? 'he' : 'ar') : known)
    return { text: breakable(text), lang, rtl }
  }

const blockData = (block: Block, place: (text: string) => Placed) => {
  const placed = place(block.text)
  if (block.kind === 'heading') return { ...placed, kind: block.kind }
  if (block.kind === 'item') return { ...placed, kind: block.kind, note: block.note ?? '', done: block.done ?? null }
  return {
    ...placed,
    kind: block.kind,
    time: block.time ?? null,
    speaker: block.speaker === undefined ? null : place(block.speaker),
    translation: block.translation === undefined ? null : place(block.translation),
  }
}

const allText = ({ title, facts, blocks }: RichDocument) =>
  [
    title,
    ...facts,
    ...blocks.flatMap((block) => [
      block.text,
      ...(block.kind === 'item' ? [block.note ?? '', block.done === undefined ? '' : '☐'] : []),
      ...(block.kind === 'paragraph' ? [block.speaker ?? '', block.translation ?? ''] : []),
    ]),
  ].join('\n')

/** One compiler a set of fonts: reading a CJK font takes longer than a short document. */
const compilers = new Map<string, NodeCompiler>()
const mostCompilers = 3

const compilerFor = ({ folders }: FontChoice) => {
  const key = folders.join('\n')
  const compiler = compilers.get(key) ?? NodeCompiler.create({ workspace: here, fontArgs: [{ fontPaths: folders }] })
  compilers.delete(key)
  compilers.set(key, compiler)
  if (compilers.size > mostCompilers) compilers.delete(compilers.keys().next().value ?? key)
  return compiler
}

/** Takes as long as it takes, and nothing else runs meanwhile: only the office's own process calls it. */
export const compilePdf = (document: RichDocument): Uint8Array => {
  const choice = fontsFor(allText(document), document.language)
  const place = placer(document.language)
  const data = {
    title: place(document.title),
    facts: document.facts.length > 0 ? place(document.facts.join(' · ')) : null,
    blocks: document.blocks.map((block) => blockData(block, place)),
    fonts: choice.families,
  }
  const compiler = compilerFor(choice)
  try {
    return compiler.pdf({ mainFileContent: template, inputs: { data: JSON.stringify(data) } }, {})
  } finally {
    // Typst remembers everything it ever laid out; a server's next document has nothing in common with this one.
    compiler.evictCache(0)
  }
}
