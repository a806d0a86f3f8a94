import type { Cell, Sheet } from 'write-excel-file/node'

/** A sheet as rows of text and numbers; the first row names the columns. */
export interface Table {
  name: string
  columns: { heading: string; width: number; wrap?: boolean }[]
  rows: (string | number)[][]
}

/** Excel refuses a file with a longer cell. */
export const longestCell = 32_767
/** Excel's own, less the row of headings. */
export const mostRows = 1_048_575

/** Excel reads `_x0041_` in a text as the letter A: the first underscore is written in that notation itself. */
const literal = (text: string) => text.replace(/_(?=x[0-9a-f]{4}_)/gi, '_x005F_')

/** Typed as text, so that what looks like a formula, a number or a date stays what was said. */
const cell = (value: string | number, wrap = false): Cell =>
  typeof value === 'number'
    ? { type: Number, value, alignVertical: 'top' }
    : { type: String, value: literal(value), wrap, alignVertical: 'top' }

const sheetOf = ({ name, columns, rows }: Table) => ({
  sheet: name,
  stickyRowsCount: 1,
  columns: columns.map(({ width }) => ({ width })),
  data: [
    columns.map(({ heading }): Cell => ({ type: String, value: heading, fontWeight: 'bold' })),
    ...rows.map((row) => row.map((value, at) => cell(value, columns[at]?.wrap))),
  ],
})

export const toExcel = async (tables: readonly Table[]): Promise<Uint8Array> => {
  const sheets: Sheet<never>[] = tables.map(sheetOf)
  // Whoever only asks for the limits above does not load the writer.
  const { default: writeExcelFile } = await import('write-excel-file/node')
  return writeExcelFile(sheets).toBuffer()
}
