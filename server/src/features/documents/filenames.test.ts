import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fileName } from './filenames.ts'

describe('file names', () => {
  test.each([
    ['Transcription Report', 'Transcription_Report.pdf'],
    ['../../etc/passwd', 'etc-passwd.pdf'],
    ['C:\\Windows\\system32', 'C-Windows-system32.pdf'],
    ['two\r\nSet-Cookie: a=b', 'two_Set-Cookie-_a=b.pdf'],
    ['CON', '_CON.pdf'],
    ['com1.report', '_com1.report.pdf'],
    ['.hidden', 'hidden.pdf'],
    ['gpj.\u202egnp', 'gpj.gnp.pdf'],
    ['   ', 'document.pdf'],
    ['...', 'document.pdf'],
    ['Häfen und Meere – 潮汐', 'Häfen_und_Meere_–_潮汐.pdf'],
    ['اجتماع الفريق', 'اجتماع_الفريق.pdf'],
  ])('%j becomes %j', (title, name) => expect(fileName(title, 'pdf')).toBe(name))

  test('a long title is cut between characters, by bytes', () => {
    const name = fileName('👩‍👩‍👧‍👦'.repeat(300), 'docx')
    expect(name).toMatch(/^(👩‍👩‍👧‍👦)+\.docx$/u)
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200)
  })

  test('whatever the title, the name is one safe segment of a path', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 150 }), (title) => {
        const name = fileName(title, 'xlsx')
        expect(name).toMatch(/^[^\p{Cc}\\/:*?"<>|]+\.xlsx$/u)
        expect(name).not.toMatch(/^[.\-\s]|\.\./)
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200)
        expect(name.isWellFormed()).toBe(true)
      }),
    )
  })
})
