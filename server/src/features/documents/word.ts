import {
  AlignmentType,
  Document,
  Footer,
  HeadingLevel,
  type IParagraphOptions,
  type IRunOptions,
  Packer,
  PageNumber,
  Paragraph,
  TextRun,
} from 'docx'
import type { Block, RichDocument } from './document.ts'
import { eastAsian, isRightToLeft } from './script.ts'

const grey = '666666'
const eastAsianTag = { ja: 'ja-JP', ko: 'ko-KR', zh: 'zh-CN' } as const
/** Word embeds nothing: these stand on every machine that has Word, and other programs put their own in their place. */
const fonts = { ascii: 'Calibri', hAnsi: 'Calibri', cs: 'Arial' }
const eastAsianFont = { ja: 'Yu Gothic', ko: 'Malgun Gothic', zh: 'Microsoft YaHei' } as const

const run = (text: string, language: string | null, look: IRunOptions = {}) => {
  const east = eastAsian(text, language)
  const right = isRightToLeft(text)
  return new TextRun({
    text,
    ...look,
    ...(east && { font: { ...fonts, eastAsia: eastAsianFont[east] } }),
    ...(right && { rightToLeft: true }),
    ...(right && look.bold && { boldComplexScript: true }),
    ...((east || right) && {
      language: { ...(east && { eastAsia: eastAsianTag[east] }), ...(right && { bidirectional: language ?? 'ar' }) },
    }),
  })
}

/** Word sets a paragraph's base direction and side only by this mark; the runs alone would stand the wrong way round. */
const paragraph = (text: string, children: TextRun[], look: IParagraphOptions = {}) =>
  new Paragraph({ ...look, children, ...(isRightToLeft(text) && { bidirectional: true }) })

const headed = (text: string, language: string | null, heading: IParagraphOptions['heading']) =>
  paragraph(text, [run(text, language)], { heading })

const paragraphsOf = (block: Block, language: string | null): Paragraph[] => {
  if (block.kind === 'heading') return [headed(block.text, language, HeadingLevel.HEADING_1)]
  if (block.kind === 'item') {
    const note = block.note ? [run(`  ${block.note}`, language, { color: grey })] : []
    if (block.done === undefined)
      return [paragraph(block.text, [run(block.text, language), ...note], { bullet: { level: 0 } })]
    const box = new TextRun(block.done ? '\u2611 ' : '\u2610 ')
    return [paragraph(block.text, [box, run(block.text, language), ...note], { spacing: { after: 80 } })]
  }
  const { text, speaker, time, translation } = block
  const head = [
    ...(speaker ? [run(speaker, language, { bold: true }), new TextRun(' ')] : []),
    ...(time ? [new TextRun({ text: time, color: grey, size: 18 }), new TextRun(' ')] : []),
  ]
  return [
    paragraph(text, [...head, run(text, language)], { spacing: { before: speaker ? 200 : 0, after: 100 } }),
    ...(translation
      ? [
          paragraph(translation, [run(translation, null, { italics: true })], {
            indent: { start: 360 },
            spacing: { after: 140 },
          }),
        ]
      : []),
  ]
}

const pageNumbers = () =>
  new Footer({
    children: [
      new Paragraph({
        alignment: AlignmentType.CENTER,
        children: [
          new TextRun({ children: [PageNumber.CURRENT, ' / ', PageNumber.TOTAL_PAGES], color: grey, size: 18 }),
        ],
      }),
    ],
  })

export const toWord = async ({ title, language, facts, blocks }: RichDocument): Promise<Uint8Array> => {
  const file = new Document({
    title,
    creator: 'Mina',
    styles: {
      default: {
        document: { run: { font: fonts, size: 22 }, paragraph: { spacing: { after: 120, line: 276 } } },
        title: { run: { size: 40, bold: true }, paragraph: { spacing: { after: 160 } } },
        heading1: { run: { size: 28, bold: true }, paragraph: { spacing: { before: 320, after: 120 } } },
      },
    },
    sections: [
      {
        footers: { default: pageNumbers() },
        children: [
          headed(title, language, HeadingLevel.TITLE),
          ...(facts.length > 0
            ? [paragraph(facts.join(' · '), [run(facts.join(' · '), language, { color: grey })])]
            : []),
          ...blocks.flatMap((block) => paragraphsOf(block, language)),
        ],
      },
    ],
  })
  return Packer.toBuffer(file)
}
