import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { letter } from './letter.ts'
import { letters, mailLanguage } from './letters.ts'

const url = 'https://mina.example.com/app#/verify?token=abc&x=1'
const expires = new Date('2026-12-24T00:00:00Z')
const all = (language: 'en' | 'it', name: string | null, title: string) => {
  const it = letters(language)
  return {
    verify: it.verify({ url, name }),
    reset: it.reset({ url, name }),
    changeEmail: it.changeEmail({ url, name }),
    invitation: it.invitation({ url, by: name, days: 14 }),
    keyExpiry: it.keyExpiry({ url, name, key: title, expires }),
    fileDone: it.fileDone({ url, name, title }),
  }
}

/** What a reader of the page sees. */
const seen = (html: string) =>
  html
    .slice(html.indexOf('<body'))
    .replace(/<[^>]*>/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim()

describe('letters', () => {
  it('say the same as text and as a page, in both languages', () => {
    for (const language of ['en', 'it'] as const)
      for (const [kind, it] of Object.entries(all(language, 'Anna', 'Interview'))) {
        expect(it.html).toContain(`<html lang="${language}">`)
        expect(it.html).toContain(`<title>${it.subject.replace(/"/g, '&quot;').replace(/'/g, '&#39;')}</title>`)
        expect(it.text).toContain(url)
        const page = seen(it.html)
        for (const sentence of it.text.split('\n').filter(Boolean))
          expect(page, kind).toContain(sentence.replace(/:$/, ''))
      }
  })

  it('speak Italian to Italians', () => {
    expect(mailLanguage('it-CH')).toBe('it')
    for (const other of ['en', 'ita', 'de', '', null, undefined]) expect(mailLanguage(other)).toBe('en')
    expect(all('it', 'Anna', 'Intervista').fileDone).toMatchObject({
      subject: 'Pronto: Intervista',
      text: /^Ciao Anna,/,
    })
    expect(all('it', null, 'La mia chiave').keyExpiry.text).toContain('24 dicembre 2026')
    expect(all('en', null, 'My key').keyExpiry.text).toContain('December 24, 2026')
  })

  it('fetch nothing from anywhere and hold no script', () => {
    for (const { html } of Object.values(all('en', 'Anna', 'Interview')))
      expect(html).not.toMatch(/<(img|link|script|style|iframe|object|form)|src=|url\(|@import|\son\w+=/i)
  })

  it('stay inert whatever a name or a title holds', () => {
    const nasty = fc.constantFrom(
      '<img src=x onerror=alert(1)>',
      '"><script>',
      '=cmd()',
      'a\r\nBcc: x@y.z',
      "' onload='x",
      '&lt;b&gt;',
    )
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), nasty), (wild) => {
        for (const it of Object.values(all('en', wild, wild))) {
          expect(
            it.html
              .match(/<[a-z!/][^>]*>/gi)
              ?.every((tag) => /^<(!doctype|\/?(html|head|meta|title|body|div|p|a))\b/.test(tag)),
          ).toBe(true)
          expect(it.subject).not.toMatch(/[\r\n\u2028]/)
          expect(it.text.split('\n').every((row) => !row.startsWith('Bcc:'))).toBe(true)
        }
      }),
    )
  })

  it('carry no advertisement to strangers in place of a name', () => {
    for (const name of [
      'Win at http://evil.test',
      'evil.test',
      'www.evil.test now',
      'a@b.c',
      '<b>',
      'x'.repeat(61),
      '1000 $',
    ]) {
      expect(letters('en').verify({ url, name }).text).toMatch(/^Hello,\n/)
      expect(letters('en').invitation({ url, by: name, days: 3 }).text).toContain('An administrator invites you')
    }
    for (const name of ['Anna Rossi', "D'Angelo", 'J. R. Müller', '李小龍', 'Зоя'])
      expect(letters('en').verify({ url, name }).text).toMatch(new RegExp(`^Hello ${name},`))
  })

  it('link to web pages only', () => {
    const parts = { language: 'en', subject: '', greeting: '', paragraphs: [], closing: '' }
    expect(() => letter({ ...parts, action: { label: 'x', url: 'javascript:alert(1)' } })).toThrow('web pages only')
    expect(letter({ ...parts, action: { label: 'x', url: 'https://a.b/"><script>' } }).html).not.toContain('<script>')
  })
})
