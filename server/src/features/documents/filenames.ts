import { plainText } from './plain.ts'

const invisible = /[\p{Cc}\p{Zl}\p{Zp}\u200b\u200e\u200f\u2060-\u2064\u202a-\u202e\u2066-\u206f\ufeff]/gu
const forbidden = /[\\/:*?"<>|]+/g
const reserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?=\.|$)/i
const longestBytes = 180
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

const cut = (name: string, bytes: number) => {
  let kept = ''
  let size = 0
  for (const { segment } of graphemes.segment(name)) {
    size += Buffer.byteLength(segment)
    if (size > bytes) break
    kept += segment
  }
  return kept
}

/**
 * A name that every file system takes and no path, header or desktop can be led astray by. Spaces become underscores,
 * as clients of the seeds know it.
 */
export const fileName = (wished: string, extension: string, fallback = 'document') => {
  // Whatever lies beyond this can not survive the cut below, and expressions over megabytes cost time.
  const name = plainText(wished.slice(0, 2000))
    .normalize('NFC')
    .replace(/\s+/gu, '_')
    .replace(invisible, '')
    .replace(forbidden, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[.\-_~]+/, '')
  const short = cut(name, longestBytes - extension.length - 1).replace(/[._-]+$/, '')
  const safe = reserved.test(short) ? `_${short}` : short
  return `${safe || fallback}.${extension}`
}
