/** Tells the language of a text, offline; null where it can not be told. */
export type DetectLanguage = (text: string) => Promise<string | null>

/** The start of a text tells its language; more only costs time. */
const sample = 2_000

let detector: Promise<typeof import('eld')['eld']> | undefined

/** Its tables take some 90 MB, so they are loaded when first needed. */
const loaded = () => {
  detector ??= import('eld/extrasmall').then(({ eld }) => eld)
  return detector
}

export const detectLanguage: DetectLanguage = async (text) => {
  const start = Array.from(text.slice(0, sample * 2))
    .slice(0, sample)
    .join('')
  if (!/\p{L}/u.test(start)) return null
  const found = (await loaded()).detect(start)
  return found.language === '' ? null : found.language
}
