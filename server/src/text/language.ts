export interface DetectedLanguage {
  /** BCP 47 primary tag; null where the text is too short or too odd to tell. */
  language: string | null
  /** 0 to 1. */
  confidence: number
  /** Enough text, and a clear winner. */
  reliable: boolean
}

/** The primary tag where one language was named; null for what was left open or is several. */
export function spokenIn(tag: string | null | undefined): string | null {
  const primary = tag?.split('-')[0]?.trim().toLowerCase()
  return primary && primary !== 'auto' && primary !== 'multi' && primary !== 'und' ? primary : null
}

interface Detector {
  detect(text: string): { language: string; getScores(): Record<string, number>; isReliable(): boolean }
}

const unknown: DetectedLanguage = { language: null, confidence: 0, reliable: false }
/** More text makes detection slower, not better. */
const enough = 4_000

/** Scripts that belong to one language here: certain at once, without the detector's 160 MB. */
const scripts: readonly (readonly [string, RegExp])[] = [
  ['ja', /[\p{Script=Hiragana}\p{Script=Katakana}]/u],
  ['ko', /\p{Script=Hangul}/u],
  ['th', /\p{Script=Thai}/u],
  ['el', /\p{Script=Greek}/u],
  ['he', /\p{Script=Hebrew}/u],
  ['zh', /\p{Script=Han}/u],
]

let loading: Promise<Detector> | undefined

const detector = (): Promise<Detector> => {
  loading ??= (async () => {
    const { eld } = await import('eld')
    if ('load' in eld) await eld.load('small')
    return eld as Detector
  })().catch((error: unknown) => {
    loading = undefined
    throw error
  })
  return loading
}

/** Which language a text is written in. Loads its data on first use. */
export async function detectLanguage(text: string): Promise<DetectedLanguage> {
  const sample = text.slice(0, enough)
  const letters = sample.match(/\p{L}/gu) ?? []
  if (letters.length < 2) return unknown
  for (const [language, script] of scripts) {
    const share = letters.filter((letter) => script.test(letter)).length / letters.length
    // Japanese mixes kanji in: a few kana decide.
    if (share > (language === 'ja' ? 0.15 : 0.5)) return { language, confidence: 1, reliable: true }
  }
  const result = (await detector()).detect(sample)
  if (!result.language) return unknown
  const confidence = result.getScores()[result.language] ?? 0
  return { language: result.language, confidence, reliable: letters.length >= 16 && result.isReliable() }
}
