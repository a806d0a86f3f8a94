import { createTextFile, type Endpoint, makeDocument, makeReport } from '@mina/contract'
import { afterAll, describe, expect, test } from 'vitest'
import type { FileAnswer } from '../../access/route.ts'
import { silentLog } from '../../platform/log.ts'
import { documentRoutes } from './routes.ts'
import { createDocuments } from './service.ts'

const documents = createDocuments({ log: silentLog })
const routes = documentRoutes(documents)
afterAll(() => documents.close())

/** As the door does it: parameters first, then the body; what fails is answered with the first message. */
const call = async (endpoint: Endpoint, body: unknown, params: unknown = {}): Promise<FileAnswer> => {
  const checked = { params: endpoint.params?.safeParse(params), body: endpoint.body?.safeParse(body) }
  for (const it of [checked.params, checked.body]) if (it?.error) throw new Error(it.error.issues[0]?.message)
  const route = routes.find((it) => it.endpoint === endpoint)
  return (await route?.handle({ params: checked.params?.data, body: checked.body?.data } as never)) as FileAnswer
}

const startOf = ({ body }: FileAnswer) =>
  Buffer.from(body as Uint8Array)
    .subarray(0, 4)
    .toString('latin1')

describe('document routes', () => {
  test.each([
    ['word', 'docx', 'PK\u0003\u0004'],
    ['pdf', 'pdf', '%PDF'],
  ])('%s is a real file with the default title', async (format, extension, magic) => {
    const file = await call(makeDocument, { text: 'hello' }, { format })
    expect(file.filename).toBe(`Transcription_Report.${extension}`)
    expect(startOf(file)).toBe(magic)
  })

  test('the attachment is named after the title', async () => {
    const file = await call(makeDocument, { text: 'hello', title: ' Board / Q3 ' }, { format: 'word' })
    expect(file.filename).toBe('Board_-_Q3.docx')
  })

  test('a report is a workbook', async () => {
    const file = await call(makeReport, { transcript: 'hello', analysis: { a: 1 }, title: '' }, { format: 'excel' })
    expect(file.filename).toBe('Transcription_Analysis_Report.xlsx')
    expect(startOf(file)).toBe('PK\u0003\u0004')
  })

  test.each([
    [makeDocument, { format: 'odt' }, { text: 'a' }, 'Unsupported format. Use: word, pdf'],
    [makeDocument, { format: 'word' }, undefined, 'Request must be JSON'],
    [makeDocument, { format: 'word' }, {}, 'Missing required field: text'],
    [makeDocument, { format: 'pdf' }, { text: ' \n' }, 'Text cannot be empty'],
    [makeReport, { format: 'csv' }, { transcript: 'a' }, 'Unsupported format. Use: excel'],
    [makeReport, { format: 'excel' }, {}, 'Missing required field: transcript'],
    [makeReport, { format: 'excel' }, { transcript: '  ' }, 'Transcript cannot be empty'],
    [createTextFile, {}, {}, 'Missing text parameter'],
    [createTextFile, {}, { text: '' }, 'No text content provided'],
  ])('%# refuses in the words that clients know', async (endpoint, params, body, message) => {
    await expect(call(endpoint, body, params)).rejects.toThrow(message)
  })

  test.each([
    [undefined, 'output.txt'],
    ['notes', 'notes.txt'],
    ['notes.txt', 'notes.txt'],
    ['../../x.html', 'x.html.txt'],
  ])('a text file %j is called %j and kept to the letter', async (filename, name) => {
    const text = 'línea 1\r\n=1+1\u0000'
    const file = await call(createTextFile, { text, filename })
    expect(file).toMatchObject({
      filename: name,
      body: text,
      size: Buffer.byteLength(text),
      type: 'text/plain; charset=utf-8',
    })
  })
})
