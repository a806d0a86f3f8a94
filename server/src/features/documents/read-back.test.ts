import { addTask } from '@mina/contract'
import mammoth from 'mammoth'
import readExcelFile from 'read-excel-file/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, type TestPerson, testApp } from '../../../test/app.ts'
import { spokenConversation } from '../../../test/meeting.ts'

// Files that other people's readers open say what was said, to the letter.
let app: TestApp
let anna: TestPerson
beforeAll(async () => {
  app = await testApp()
  anna = await app.person()
})
afterAll(async () => await app.close())

const talk = [
  { speaker: 'Anna', text: 'Salt & pepper, <b>not bold</b>, "quoted"' },
  { speaker: 'ليلى', text: 'مرحبا بكم في المكتب رقم 42' },
  { speaker: 'נועה', text: 'שלום 👩‍👩‍👧‍👦 לכולם' },
  { speaker: 'Ben', text: '=cmd()' },
  { speaker: 'Ben', text: '=HYPERLINK("http://example.org","press")' },
  { speaker: 'Ben', text: '@SUM(1) _x0041_ +1 -1' },
]
const formula = '=1+1'
const clock = (seconds: number) => new Date(seconds * 1000).toISOString().slice(11, 19)

const bytesOf = async (answer: Response) => {
  expect(answer.status).toBe(200)
  return Buffer.from(await answer.arrayBuffer())
}
const spoken = async () => {
  const { id } = await spokenConversation(anna, talk, formula)
  await anna.call(addTask, { params: { id }, body: { text: formula } })
  return (format: string) => anna.raw(`/api/conversations/${id}/export?format=${format}`).then(bytesOf)
}
const posted = async (path: string, body: object) => await bytesOf(await anna.json(path, body))

const paragraphsOf = async (buffer: Buffer) => (await mammoth.extractRawText({ buffer })).value.split('\n\n')

test('a Word file of a conversation is read by another reader, to the letter', async () => {
  const paragraphs = await paragraphsOf(await (await spoken())('docx'))
  expect(paragraphs[0]).toBe(formula)
  expect(paragraphs).toContain(`☐ ${formula}`)
  const said = paragraphs.slice(paragraphs.indexOf('Transcript') + 1).filter((it) => it !== '')
  expect(said).toHaveLength(talk.length)
  for (const [at, { speaker, text }] of talk.entries()) {
    const named = talk[at - 1]?.speaker === speaker ? '' : `${speaker} `
    expect(said[at]).toBe(`${named}${clock(at * 20)} ${text}`)
  }
})

test('an Excel file of a conversation is read by another reader, each cell as the text it is', async () => {
  const sheets = new Map((await readExcelFile(await (await spoken())('xlsx'))).map(({ sheet, data }) => [sheet, data]))
  expect([...sheets.keys()]).toEqual(['Transcript', 'Highlights', 'Tasks', 'Analysis'])
  const [head, ...rows] = sheets.get('Transcript')!
  expect(head).toEqual(['Start', 'End', 'Speaker', 'Text'])
  expect(rows.map(([, , speaker, text]) => ({ speaker, text }))).toEqual(talk)
  expect(rows[1]!.slice(0, 2)).toEqual([clock(20), clock(39)])
  expect(sheets.get('Tasks')).toContainEqual(['open', null, null, formula])
})

test('a text and a report of the platform are read by other readers too', async () => {
  const text = talk.map((it) => it.text).join('\n')
  const paragraphs = await paragraphsOf(await posted('/documents/word', { text, title: formula }))
  expect(paragraphs.filter((it) => it !== '')).toEqual([formula, ...talk.map((it) => it.text)])

  const analysis = { verdict: '=cmd()', score: 0.5, topics: ['ملح', '=1+1'] }
  const book = await posted('/reports/excel', { transcript: text, analysis, title: formula })
  const cells = (await readExcelFile(book)).flatMap(({ data }) => data.flat())
  for (const it of [formula, ...talk.map(({ text }) => text), '=cmd()', 0.5, 'ملح']) expect(cells).toContain(it)
})
