import { expect, test } from 'vitest'
import { detectLanguage } from './detect.ts'
import { languageTag, sourceLanguage, targetLanguage } from './languages.ts'

test.each([
  ['it', 'it'],
  ['IT', 'it'],
  [' it-IT ', 'it-IT'],
  ['pt_BR', 'pt-BR'],
  ['zh-hant-tw', 'zh-Hant-TW'],
  ['iw', 'he'],
  ['Italian', 'it'],
  ['italiano', 'it'],
  ['Deutsch', 'de'],
  ['日本語', 'ja'],
  ['русский', 'ru'],
  ['Brazilian Portuguese', 'pt-BR'],
  ['Simplified Chinese', 'zh-Hans'],
  ['Farsi', 'fa'],
  ['yue', 'yue'],
])('%j is %s', (given, tag) => {
  expect(languageTag(given)).toBe(tag)
})

test.each(['zzzz', 'xx', 'klingonish', '', '../it', 'en;drop table', 'x'.repeat(5_000)])(
  '%j is no language',
  (given) => {
    expect(languageTag(given)).toBeNull()
  },
)

test('auto is a source, and no target', () => {
  expect(sourceLanguage('fake', 'auto')).toBe('auto')
  expect(sourceLanguage('fake', '')).toBe('auto')
  expect(() => targetLanguage('fake', 'auto')).toThrow(/Invalid target_language: "auto"/)
})

test('a message holds no control characters of the caller', () => {
  expect(() => targetLanguage('fake', 'it\u001b[31m\r\n')).toThrow(/^Invalid target_language: "it \[31m/)
})

test('the language of a text is told offline', async () => {
  expect(await detectLanguage('Buongiorno a tutti, oggi parliamo delle maree.')).toBe('it')
  expect(await detectLanguage('Guten Morgen, heute sprechen wir über die Gezeiten.')).toBe('de')
  expect(await detectLanguage('今日は潮の満ち引きについてお話しします。')).toBe('ja')
  expect(await detectLanguage('… 42 …')).toBeNull()
})
