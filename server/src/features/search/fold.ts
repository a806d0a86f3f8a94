const LIGATURES: Record<string, string> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i' }

/** Lower case without accents, as the index has it. */
export const fold = (word: string) =>
  word
    .normalize('NFKD')
    .toLowerCase()
    .replace(/(\p{Script=Latin}|\p{Script=Greek}|\p{Script=Cyrillic})\p{M}+/gu, '$1')
    .replace(/[ßæœøłđðþı]/g, (it) => LIGATURES[it]!)
    .normalize('NFC')
