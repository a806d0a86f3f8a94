import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { eastAsian } from '../script.ts'

interface Font {
  family: string
  package: string
  /** What it is loaded for. The first font of the list, with Latin, Greek, Cyrillic and Devanagari, is always there. */
  covers: RegExp
  /** Headings and names need a bold; for Chinese, Japanese and Korean it would double megabytes for little. */
  bold: boolean
}

const noto = (script: string, covers: RegExp): Font => ({
  family: `Noto Sans ${script}`,
  package: `noto-sans-${script.toLowerCase()}`,
  covers,
  bold: true,
})

const base = 'Noto Sans'

const fonts: readonly Font[] = [
  { family: base, package: 'noto-sans', covers: /^/, bold: true },
  { family: 'Vazirmatn', package: 'vazirmatn', covers: /\p{Script=Arabic}/u, bold: true },
  noto('Hebrew', /\p{Script=Hebrew}/u),
  noto('Bengali', /\p{Script=Bengali}/u),
  noto('Tamil', /\p{Script=Tamil}/u),
  noto('Telugu', /\p{Script=Telugu}/u),
  noto('Gujarati', /\p{Script=Gujarati}/u),
  noto('Gurmukhi', /\p{Script=Gurmukhi}/u),
  noto('Kannada', /\p{Script=Kannada}/u),
  noto('Malayalam', /\p{Script=Malayalam}/u),
  noto('Sinhala', /\p{Script=Sinhala}/u),
  noto('Thai', /\p{Script=Thai}/u),
  noto('Lao', /\p{Script=Lao}/u),
  noto('Khmer', /\p{Script=Khmer}/u),
  noto('Myanmar', /\p{Script=Myanmar}/u),
  noto('Georgian', /\p{Script=Georgian}/u),
  noto('Armenian', /\p{Script=Armenian}/u),
  noto('Ethiopic', /\p{Script=Ethiopic}/u),
  {
    family: 'Noto Sans JP',
    package: 'noto-sans-jp',
    covers: /[\p{Script=Hiragana}\p{Script=Katakana}]/u,
    bold: false,
  },
  { family: 'Noto Sans KR', package: 'noto-sans-kr', covers: /\p{Script=Hangul}/u, bold: false },
  { family: 'Noto Sans SC', package: 'noto-sans-sc', covers: /[\p{Script=Han}\p{Script=Bopomofo}]/u, bold: false },
  { family: 'Noto Emoji', package: 'noto-emoji', covers: /\p{Extended_Pictographic}/u, bold: false },
]

/** Han characters have one code and several shapes: the language of the paragraph says which font comes first. */
const preferred = { ja: 'Noto Sans JP', ko: 'Noto Sans KR', zh: 'Noto Sans SC' } as const

const resolve = createRequire(import.meta.url).resolve

const foldersOf = ({ package: name, bold }: Font) => {
  const folder = dirname(resolve(`@expo-google-fonts/${name}/package.json`))
  return [join(folder, '400Regular'), ...(bold ? [join(folder, '700Bold')] : [])]
}

export interface FontChoice {
  /** Folders of one file each: packages ship eighteen styles, a document needs two. */
  folders: string[]
  /** Families in the order in which a character is looked for, by the language of the paragraph. */
  families: Record<'und' | 'ja' | 'ko' | 'zh', string[]>
}

export const fontsFor = (text: string, language: string | null): FontChoice => {
  const languages = new Set(text.split('\n').map((line) => eastAsian(line, language)))
  const needed = fonts.filter(({ family, covers }) =>
    // Japanese prints its Han characters from its own font; the Chinese one is 10 MB.
    family === preferred.zh
      ? languages.has('zh')
      : covers.test(text) || (family === preferred.ja && languages.has('ja')),
  )
  const names = needed.map(({ family }) => family)
  const first = (family: string) => [
    base,
    ...names.filter((it) => it === family),
    ...names.filter((it) => it !== family && it !== base),
  ]
  return {
    folders: needed.flatMap(foldersOf),
    families: { und: names, ja: first(preferred.ja), ko: first(preferred.ko), zh: first(preferred.zh) },
  }
}
