const controls = /[[\p{Cc}--[\t\n]]\ufdd0-\ufdef\ufffe\uffff]/gv
const lineEnds = /\r\n?|[\v\f\u0085\u2028\u2029]/g

/**
 * Text that every format can hold: XML forbids control characters and lone surrogates (Word and Excel would call the
 * file damaged), and captions take a line end of any kind as structure.
 */
export const plainText = (text: string) => text.replace(lineEnds, '\n').replace(controls, '').toWellFormed()

export const oneLine = (text: string) => plainText(text).replace(/\s+/gu, ' ').trim()

/** What one file can hold without keeping the machine busy for minutes: three days of talk have not half as many. */
export const mostParagraphs = 100_000

/** Lines that are not empty, or nothing when they are more than a file can hold. */
export const paragraphsOf = (text: string): string[] | undefined => {
  const lines = plainText(text).split('\n', 2 * mostParagraphs + 1)
  const filled = lines.map((line) => line.trimEnd()).filter((line) => line !== '')
  return lines.length > 2 * mostParagraphs || filled.length > mostParagraphs ? undefined : filled
}
