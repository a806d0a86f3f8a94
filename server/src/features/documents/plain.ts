const controls = /[[\p{Cc}--[\t\n]]\ufdd0-\ufdef\ufffe\uffff]/gv
const lineEnds = /\r\n?|[\v\f\u0085\u2028\u2029]/g

/**
 * Text that every format can hold: XML forbids control characters and lone surrogates (Word and Excel would call the
 * file damaged), and captions take a line end of any kind as structure.
 */
export const plainText = (text: string) => text.replace(lineEnds, '\n').replace(controls, '').toWellFormed()

export const oneLine = (text: string) => plainText(text).replace(/\s+/gu, ' ').trim()

export const paragraphsOf = (text: string) =>
  plainText(text)
    .split('\n')
    .map((line) => line.replace(/\s+$/u, ''))
    .filter((line) => line.trim() !== '')
