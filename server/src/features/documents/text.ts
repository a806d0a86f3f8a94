import type { Block, RichDocument } from './document.ts'

const lineOf = (block: Block) => {
  if (block.kind === 'heading') return `\n${block.text}\n${'-'.repeat(Math.min(60, block.text.length))}`
  if (block.kind === 'item') {
    const box = block.done === undefined ? '-' : block.done ? '[x]' : '[ ]'
    return `${box} ${block.text}${block.note ? ` (${block.note})` : ''}`
  }
  const said = `${block.time ? `[${block.time}] ` : ''}${block.speaker ? `${block.speaker}: ` : ''}${block.text}`
  return block.translation ? `${said}\n    ${block.translation}` : said
}

export const toText = ({ title, facts, blocks }: RichDocument) =>
  `${[title, ...(facts.length > 0 ? [facts.join(' · ')] : []), ...blocks.map(lineOf)].join('\n')}\n`
