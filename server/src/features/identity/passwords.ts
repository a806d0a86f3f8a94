import { hash, verify } from '@node-rs/argon2'
import { Refusal } from '../../platform/refusal.ts'

const LEAST = 8
const MOST = 256
/** From this length on a digit is not asked for: a long phrase is stronger than a short word with a 1. */
const PHRASE = 16

/** OWASP's recommendation for Argon2id: 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

let common: Set<string> | null = null
/** The list is read at the first sign-up: it takes 9 MB. */
async function isCommon(password: string) {
  if (!common) {
    const { dictionary } = await import('@zxcvbn-ts/language-common')
    common = new Set((dictionary['passwords-common'] as string[]).slice(0, 30_000))
  }
  return common.has(password.toLowerCase())
}

/** Throws what is wrong with a new password, in words that help to choose a better one. */
export async function requireGoodPassword(password: string) {
  const refuse = (message: string) => {
    throw new Refusal('bad_request', message, { details: { field: 'password' } })
  }
  const length = [...password].length
  if (length < LEAST) refuse(`The password needs at least ${LEAST} characters.`)
  if (length > MOST) refuse(`The password may have at most ${MOST} characters.`)
  if (password !== password.trim()) refuse('The password may not begin or end with a space.')
  if (password.includes('\0')) refuse('The password holds a character that can not be typed.')
  if (!/\p{L}/u.test(password)) refuse('The password needs a letter.')
  if (length < PHRASE && !/\p{Nd}/u.test(password)) refuse('The password needs a digit, or at least 16 characters.')
  if (await isCommon(password)) refuse('This password is one of the commonest. Please choose another.')
}

export const hashPassword = (password: string) => hash(password, cost)

/** A hash that no password fits: verifying against it takes as long as against a real one. */
const decoy = hash(crypto.randomUUID(), cost)

/** Takes the same time whether the account exists or not. */
export async function passwordFits(stored: string | null | undefined, password: string): Promise<boolean> {
  const usable = password.length > 0 && [...password].length <= MOST
  const fits = await verify(stored ?? (await decoy), usable ? password : '-')
  return fits && usable && stored != null
}
