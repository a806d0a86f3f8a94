import { existsSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { fontsFor } from './fonts.ts'

const packagesOf = (text: string, language: string | null = null) =>
  fontsFor(text, language)
    .folders.filter((it) => it.endsWith('400Regular'))
    .map((it) => it.split('/').at(-2))

describe('fonts', () => {
  test('only those that the text needs', () => {
    expect(packagesOf('Plain English, русский, ελληνικά')).toEqual(['noto-sans'])
    expect(packagesOf('hello مرحبا')).toEqual(['noto-sans', 'vazirmatn'])
  })

  test('Chinese characters come in the shapes of their language', () => {
    expect(packagesOf('会議を始めましょう')).toEqual(['noto-sans', 'noto-sans-jp'])
    expect(packagesOf('会議', 'ja-JP')).toEqual(['noto-sans', 'noto-sans-jp'])
    expect(packagesOf('会议')).toEqual(['noto-sans', 'noto-sans-sc'])
    const { families } = fontsFor('会議を\n会议', null)
    expect(families.ja.indexOf('Noto Sans JP')).toBeLessThan(families.ja.indexOf('Noto Sans SC'))
    expect(families.zh.indexOf('Noto Sans SC')).toBeLessThan(families.zh.indexOf('Noto Sans JP'))
  })

  test('every font of the list is installed, one file a folder', () => {
    const everything = 'ع א क ব த త ગ ਗ ಕ മ ස ก ລ ក မ ა ա አ の 한 汉 😀\n汉'
    const { folders } = fontsFor(everything, null)
    expect(folders.filter((it) => it.endsWith('400Regular'))).toHaveLength(22)
    for (const folder of folders) {
      expect(existsSync(folder)).toBe(true)
      expect(readdirSync(folder).filter((it) => it.endsWith('.ttf'))).toHaveLength(1)
    }
  })
})
