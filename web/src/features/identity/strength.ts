export type Missing = 'short' | 'letter' | 'digit' | 'space' | 'long'

/** The server's rule, said while typing: what is still missing. Whether it is among the commonest only the server knows. */
export function missing(password: string): { what: Missing; count: number } | null {
  const length = [...password].length
  if (length > 256) return { what: 'long', count: 0 }
  if (password !== password.trim()) return { what: 'space', count: 0 }
  if (length < 8) return { what: 'short', count: 8 - length }
  if (!/\p{L}/u.test(password)) return { what: 'letter', count: 0 }
  if (length < 16 && !/\p{N}/u.test(password)) return { what: 'digit', count: 0 }
  return null
}

const rows = ['abcdefghijklmnopqrstuvwxyz', '0123456789', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'qwertz', 'azerty']
const first = /^(passw(or|0r)[dt]|welcome|letmein|admin|iloveyou|monkey|dragon|football|ciao|juventus|password)/i

/** Runs such as `abcd`, `4321`, `qwer` and repetitions say little more than one letter. */
function worth(password: string) {
  const letters = [...password.toLowerCase()]
  let sum = 0
  letters.forEach((letter, at) => {
    const before = letters[at - 1] ?? ''
    const two = before + letter
    const back = letter + before
    const known = before !== '' && (before === letter || rows.some((row) => row.includes(two) || row.includes(back)))
    const seen = letters.indexOf(letter) < at
    sum += known ? 0.25 : seen ? 0.7 : 1
  })
  return sum
}

/** 0 nothing, 1 weak … 4 strong: a hint for the person, never the gate. */
export function strength(password: string): 0 | 1 | 2 | 3 | 4 {
  if (!password) return 0
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter((kind) => kind.test(password)).length
  const score = worth(password) * (0.8 + kinds * 0.12) * (first.test(password) ? 0.5 : 1)
  if (missing(password) || score < 7) return 1
  return score < 10 ? 2 : score < 14 ? 3 : 4
}

/** Something that could be an address; the server has the last word. */
export const looksLikeEmail = (text: string) => /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)*$/.test(text.trim())
