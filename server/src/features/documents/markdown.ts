import type { Block, RichDocument } from './document.ts'

/** Speech is never markup: what Markdown or the HTML inside it would read as a command is escaped. */
const literal = (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replace(/[\\`*_{}[\]<>#|~!]/g, '\\$&')
    .replace(/^(\s*)([-+=])/, '$1\\$2')
    .replace(/^(\s*\d+)([.)])/, '$1\\$2')

const lineOf = (block: Block) => {
  if (block.kind === 'heading') return `## ${literal(block.text)}\n`
  if (block.kind === 'item') {
    const box = block.done === undefined ? '' : block.done ? '[x] ' : '[ ] '
    return `- ${box}${literal(block.text)}${block.note ? ` (${literal(block.note)})` : ''}`
  }
  const head = [
    ...(block.speaker ? [`**${literal(block.speaker)}:**`] : []),
    ...(block.time ? [`\`${block.time}\``] : []),
  ].join(' ')
  const said = head ? `${head} ${literal(block.text)}` : literal(block.text)
  return `${said}\n${block.translation ? `\n> ${literal(block.translation)}\n` : ''}`
}

export const toMarkdown = ({ title, facts, blocks }: RichDocument) => {
  const parts = [`# ${literal(title)}\n`, ...(facts.length > 0 ? [`${literal(facts.join(' · '))}\n`] : [])]
  for (const [at, block] of blocks.entries()) {
    // A list ends with an empty line, or the paragraph after it would belong to its last item.
    if (block.kind !== 'item' && blocks[at - 1]?.kind === 'item') parts.push('')
    parts.push(lineOf(block))
  }
  return `${parts.join('\n').trimEnd()}\n`
}
