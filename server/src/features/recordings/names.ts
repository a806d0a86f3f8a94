import { UNTITLED } from '@mina/contract'

const LONGEST = 255

/** The client's name of a file, for people to read: one line, no folders, never a path of ours. */
export const shownName = (filename: string): string => {
  const plain = (filename.split(/[/\\]/).at(-1) ?? '')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .replace(/\s+/g, ' ')
    .trim()
  return [...plain].slice(0, LONGEST).join('') || 'recording'
}

/** A title made of the file's name, as a person would write it. */
export const titleOf = (filename: string): string => {
  const words = shownName(filename)
    .replace(/\.[A-Za-z0-9]{1,5}$/, '')
    .replace(/[_]+/g, ' ')
    .trim()
  return words.slice(0, LONGEST) || UNTITLED
}
