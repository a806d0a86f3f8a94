const letter = /\p{L}/gu
const rightToLeft =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}\p{Script=Hanifi_Rohingya}\p{Script=Samaritan}\p{Script=Mandaic}]/u

/** By most of its letters, not by its first: a sentence in Arabic may well begin with the name of a product. */
export const isRightToLeft = (text: string) => {
  if (!rightToLeft.test(text)) return false
  let right = 0
  let left = 0
  for (const [it] of text.matchAll(letter)) {
    if (rightToLeft.test(it)) right++
    else left++
  }
  return right > left
}

/** Whether a player or a table that goes by the first strong letter would set this line the wrong way round. */
export const startsLeftToRight = (text: string) => {
  const first = text.match(/\p{L}/u)
  return first !== null && !rightToLeft.test(first[0])
}

const kana = /[\p{Script=Hiragana}\p{Script=Katakana}]/u
const hangul = /\p{Script=Hangul}/u
const han = /\p{Script=Han}/u

/** The languages that share characters but not their shapes; everything else needs no telling apart. */
export const eastAsian = (text: string, hint?: string | null): 'ja' | 'ko' | 'zh' | undefined => {
  if (kana.test(text)) return 'ja'
  if (hangul.test(text)) return 'ko'
  if (!han.test(text)) return undefined
  return hint?.toLowerCase().startsWith('ja') ? 'ja' : 'zh'
}
