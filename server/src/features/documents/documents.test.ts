import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportFormats } from '@mina/contract'
import { strFromU8, unzipSync } from 'fflate'
import { afterAll, describe, expect, test } from 'vitest'
import type { FileAnswer } from '../../access/route.ts'
import { silentLog } from '../../platform/log.ts'
import type { ExportedConversation } from './conversation.ts'
import { createDocuments } from './service.ts'

const documents = createDocuments({ log: silentLog })
const folder = mkdtempSync(join(tmpdir(), 'mina-documents-'))
afterAll(async () => {
  await documents.close()
  rmSync(folder, { recursive: true })
})

const saved = (name: string, { body }: FileAnswer) => {
  const path = join(folder, name)
  writeFileSync(path, body as Uint8Array)
  return path
}
const flat = (text: string) => text.replace(/[\u200b-\u200f\u202a-\u202e]/g, '').replace(/\s+/g, ' ')
const pdfText = (file: FileAnswer) =>
  flat(
    execFileSync('pdftotext', [saved('read.pdf', file), '-'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  )
const pdfInfo = (file: FileAnswer) =>
  execFileSync('pdfinfo', [saved('info.pdf', file)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
const part = ({ body }: FileAnswer, name: string) => strFromU8(unzipSync(body as Uint8Array)[name] ?? new Uint8Array())
const unescaped = (xml: string) =>
  xml.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&')
const wordText = (file: FileAnswer) =>
  part(file, 'word/document.xml')
    .split('</w:p>')
    .map((it) => unescaped([...it.matchAll(/<w:t[^>]*>([^<]*)</g)].map((found) => found[1]).join('')))

const hostile = [
  '=cmd|"/c calc"!A1',
  '#panic("code") #import "/etc/passwd" \\#eval $x^2$',
  '<img src=x onerror=alert(1)>',
  '</w:t><w:p/>]]> &amp; &#0;',
  '_x0041_ @SUM(1) +1 -1',
]

const talk: ExportedConversation = {
  title: 'Tides & harbours',
  created_at: '2026-11-21T09:30:00Z',
  duration_ms: 754_000,
  language: 'en',
  translation_language: 'de',
  speakers: ['Anna', 'Ben'],
  segments: [
    {
      start_ms: 0,
      end_ms: 4000,
      text: 'Welcome to our talk.',
      translation: 'Willkommen zu unserem Gespräch.',
      speaker: 'Anna',
    },
    {
      start_ms: 4100,
      end_ms: 8000,
      text: 'Today we speak of tides.',
      translation: 'Heute geht es um Gezeiten.',
      speaker: 'Anna',
    },
    { start_ms: 65_000, end_ms: 69_000, text: 'And of the moon.', speaker: 'Ben' },
    ...hostile.map((text, at) => ({ start_ms: 70_000 + at * 5000, end_ms: 74_000 + at * 5000, text, speaker: 'Ben' })),
  ],
  highlights: [{ text: 'speak of tides', label: 'theme', start_ms: 4100, end_ms: 8000 }],
  tasks: [
    { text: 'Send the minutes', assignee: 'Ben', due_date: '2026-12-01', status: 'open' },
    { text: 'Book a room', status: 'done' },
  ],
  insights: [{ heading: 'Summary', items: [{ text: 'Tides follow the moon.', at_ms: 65_000 }] }],
}

describe('a conversation as a file', () => {
  test.each(exportFormats)('%s has its type, size and name', async (format) => {
    const file = await documents.render(format, talk)
    expect(file.filename).toBe(`Tides_&_harbours.${format}`)
    expect(file.size).toBe(Buffer.byteLength(file.body as Uint8Array | string))
    expect(file.type).toMatch(/^(text|application)\//)
  })

  test('plain text has everything', async () => {
    const { body } = await documents.render('txt', talk, { timeZone: 'Europe/Rome' })
    expect(String(body)).toContain('Tides & harbours\n2026-11-21 10:30 GMT+1 · 00:12:34 · en · Anna, Ben\n')
    expect(String(body)).toContain('- Tides follow the moon. (00:01:05)')
    expect(String(body)).toContain('- speak of tides (00:00:04 · theme)')
    expect(String(body)).toContain('[ ] Send the minutes (Ben · 2026-12-01)\n[x] Book a room')
    expect(String(body)).toContain(
      '[00:00:00] Anna: Welcome to our talk.\n    Willkommen zu unserem Gespräch.\n[00:00:04] Today we speak of tides.',
    )
    for (const text of hostile) expect(String(body)).toContain(text)
  })

  test('times, speakers and the translation can be chosen', async () => {
    const { body } = await documents.render('txt', talk, { times: false, speakers: false, translation: 'only' })
    expect(String(body)).toContain('\nWillkommen zu unserem Gespräch.\nHeute geht es um Gezeiten.\n')
    expect(String(body)).not.toMatch(/Welcome|Anna|\d\d:\d\d:\d\d\]/)
    const original = await documents.render('srt', talk, { translation: 'none' })
    expect(String(original.body)).not.toContain('Willkommen')
  })

  test('Markdown takes nothing that was said for markup', async () => {
    const { body } = await documents.render('md', talk)
    expect(String(body)).toContain('# Tides &amp; harbours\n')
    expect(String(body)).toContain('**Anna:** `00:00:00` Welcome to our talk.\n\n> Willkommen zu unserem Gespräch.\n')
    expect(String(body)).toContain('- [x] Book a room\n\n## Transcript')
    expect(String(body)).toContain('\\<img src=x onerror=alert(1)\\>')
    expect(String(body)).not.toMatch(/(?<!\\)<img/)
  })

  test('subtitles carry both languages and the names', async () => {
    const srt = String((await documents.render('srt', talk)).body)
    expect(srt).toContain('Anna: Welcome to our talk.\nWillkommen zu unserem Gespräch.\n')
    expect(srt).toContain('00:01:05,000 -->')
    expect(srt).toContain('Ben: And of the moon.')
    expect(String((await documents.render('vtt', talk)).body)).toContain('<v Ben>And of the moon.')
  })

  test('JSON gives back what went in', async () => {
    const { body } = await documents.render('json', talk)
    expect(JSON.parse(String(body))).toMatchObject({ ...talk, created_at: '2026-11-21T09:30:00.000Z' })
  })

  test('PDF: text, names, tasks and hostile text can be read back; it is tagged and titled', async () => {
    const file = await documents.render('pdf', talk)
    const text = pdfText(file)
    for (const it of [
      'Tides & harbours',
      'Summary',
      'Highlights',
      'Tasks',
      'Transcript',
      'Anna',
      'Gespräch.',
      '00:01:05',
    ])
      expect(text).toContain(it)
    for (const it of hostile) expect(text).toContain(it)
    expect(pdfInfo(file)).toMatch(/Title: +Tides & harbours\n[\s\S]*Tagged: +yes\n[\s\S]*JavaScript: +no/)
  })

  test('Word: headings, page numbers and hostile text as text', async () => {
    const file = await documents.render('docx', talk)
    const paragraphs = wordText(file)
    expect(paragraphs).toContain('Tides & harbours')
    expect(paragraphs).toContain('Anna 00:00:00 Welcome to our talk.')
    expect(paragraphs).toContain('Willkommen zu unserem Gespräch.')
    expect(paragraphs).toContain('☑ Book a room')
    for (const it of hostile) expect(paragraphs.some((text) => text.endsWith(it))).toBe(true)
    expect(part(file, 'word/document.xml')).toContain('<w:pStyle w:val="Heading1"/>')
    expect(part(file, 'word/footer1.xml')).toContain('NUMPAGES')
    expect(part(file, 'docProps/core.xml')).toContain('<dc:title>Tides &amp; harbours</dc:title>')
  })

  test('Excel: four sheets, every text typed as text', async () => {
    const file = await documents.render('xlsx', talk)
    const names = [...part(file, 'xl/workbook.xml').matchAll(/<sheet [^>]*name="([^"]+)"/g)].map((it) => it[1])
    expect(names).toEqual(['Transcript', 'Highlights', 'Tasks', 'Analysis'])
    for (let sheet = 1; sheet <= 4; sheet++) expect(part(file, `xl/worksheets/sheet${sheet}.xml`)).not.toContain('<f>')
    const strings = unescaped(part(file, 'xl/sharedStrings.xml'))
    for (const it of [
      'Welcome to our talk.',
      'Willkommen zu unserem Gespräch.',
      '00:01:05',
      'Send the minutes',
      'Summary',
    ])
      expect(strings).toContain(it)
    expect(strings).toContain('=cmd|"/c calc"!A1')
    expect(strings).toContain('_x005F_x0041_ @SUM(1)')
  })
})

const scripts = [
  ['Arabic', 'مرحبا بكم في مكتب جديد'],
  ['Hebrew', 'שלום לכולם'],
  ['Hindi', 'नमस्ते'],
  ['Thai', 'สวัสดีชาวโลก'],
  ['Japanese', 'こんにちは、世界'],
  ['Chinese', '你好，世界'],
  ['Korean', '안녕하세요'],
  ['Georgian', 'გამარჯობა'],
  ['Armenian', 'Բարեւ աշխարհ'],
  ['Amharic', 'ሰላም ዓለም'],
  ['Russian', 'Привет, мир'],
  ['Greek', 'Γειά σου Κόσμε'],
  ['Vietnamese', 'Tiếng Việt'],
] as const

describe('a text as a file', () => {
  test('any script renders in PDF, with fonts of our own inside', async () => {
    const file = await documents.pdf(scripts.map(([, text]) => text).join('\n'), 'Scripts')
    const text = pdfText(file)
    for (const [, it] of scripts) expect(text).toContain(it)
    const fonts = execFileSync('pdffonts', [saved('fonts.pdf', file)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    for (const name of ['Vazirmatn', 'NotoSansHebrew', 'NotoSansThai', 'NotoSansJP', 'NotoSansSC', 'NotoSansKR'])
      expect(fonts).toMatch(new RegExp(`${name}-Regular .* yes yes yes`))
  })

  test('Word marks paragraphs and runs that go from right to left', async () => {
    const file = await documents.word('Left.\nمرحبا بكم', 'Two ways')
    const paragraphs = part(file, 'word/document.xml').split('</w:p>')
    expect(paragraphs.find((it) => it.includes('مرحبا'))).toMatch(/<w:bidi\/>[\s\S]*<w:rtl\/>/)
    expect(paragraphs.find((it) => it.includes('Left.'))).not.toContain('w:bidi')
  })

  test('control characters and broken surrogates can not damage a file', async () => {
    const text = 'a\u0000b\u0008c\ud800d\ufffe\u001b[31me\u2028f'
    expect(wordText(await documents.word(text, 'x\u0001y'))).toEqual(
      expect.arrayContaining(['xy', 'abc\ufffdd[31me', 'f']),
    )
    expect(pdfText(await documents.pdf(text, 'x\u0001y'))).toContain('[31me')
    const file = await documents.excel({ transcript: text, title: 'x\u0001y' })
    expect(part(file, 'xl/sharedStrings.xml')).toContain('[31me')
  })

  test('a word longer than a line is broken on the page, not lost beyond it', async () => {
    const word = 'tide'.repeat(300)
    expect(pdfText(await documents.pdf(`${word}\n${'x'.repeat(100_000)}`, 'Long')).replaceAll(' ', '')).toContain(word)
  })

  test('more paragraphs than a file can hold are refused in time', async () => {
    const text = 'a\n'.repeat(3_000_000)
    await expect(documents.pdf(text, 'Lines')).rejects.toMatchObject({ code: 'too_long' })
    await expect(documents.word(text, 'Lines')).rejects.toMatchObject({ code: 'too_long' })
    await expect(documents.excel({ transcript: text, title: 'Lines' })).rejects.toMatchObject({ code: 'too_long' })
  })

  test('Excel keeps every value of an analysis and cuts no long text', async () => {
    const long = `${'tide '.repeat(7000)}😀 end`
    const analysis = { sentiment: 'positive', scores: { positive: 0.9 }, keywords: ['sea', '=1+1'], none: null }
    const file = await documents.excel({ transcript: `First line.\n\n${long}`, analysis, title: 'Report' })
    const strings = part(file, 'xl/sharedStrings.xml')
    const values = [...strings.matchAll(/<t[^>]*>([^<]*)<\/t>/g)].map((it) => it[1]!)
    expect(values).toEqual(
      expect.arrayContaining([
        'Report',
        'First line.',
        'sentiment',
        'positive',
        'scores.positive',
        'keywords[2]',
        '=1+1',
      ]),
    )
    expect(values.every((it) => it.length <= 32_767)).toBe(true)
    expect(values.filter((it) => it.startsWith('tide') || it.endsWith('end')).join('') === long).toBe(true)
    expect(part(file, 'xl/worksheets/sheet2.xml')).toContain('<v>0.9</v>')
  })
})

const soffice = ['/usr/bin/soffice', '/usr/lib/libreoffice/program/soffice'].find((it) => existsSync(it))

// LibreOffice is 300 MB: where it is installed, it opens what we made; the files themselves are read above everywhere.
if (soffice) {
  const converted = (path: string, to: string) => {
    const profile = `-env:UserInstallation=file://${join(folder, 'profile')}`
    execFileSync(soffice, ['--headless', profile, '--convert-to', to, '--outdir', folder, path], { stdio: 'ignore' })
  }

  test('LibreOffice opens Word and Excel files', async () => {
    converted(saved('word.docx', await documents.render('docx', talk)), 'txt:Text (encoded):UTF8')
    const text = readFileSync(join(folder, 'word.txt'), 'utf8')
    for (const it of ['Welcome to our talk.', ...hostile]) expect(text).toContain(it)
    converted(
      saved('table.xlsx', await documents.render('xlsx', talk)),
      'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1',
    )
    const csv = readFileSync(join(folder, 'table-Transcript.csv'), 'utf8')
    expect(csv).toContain('00:00:00,00:00:04,Anna,Welcome to our talk.,Willkommen zu unserem Gespräch.')
    expect(csv).toContain('"=cmd|""/c calc""!A1"')
    expect(csv).toContain('_x0041_ @SUM(1) +1 -1')
  }, 120_000)
}
