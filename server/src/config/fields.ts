import { accessSync, constants, statSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'

/** A wrong or missing setting. Its message is the one line that the start prints: variable, value, remedy. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ConfigError'
  }
}

export type Environment = Readonly<Record<string, string | undefined>>

const SECRET = /(_KEY|_KEY_ID|PASSWORD|TOKEN|DATABASE_URL|REDIS_URL)$/
const MOST_SHOWN = 100

/** One line of the value; of a secret only its beginning, of an address never the password in it. */
const shown = (name: string, value: string) => {
  if (SECRET.test(name) && name !== 'TLS_KEY') return value.length > 8 ? `${value.slice(0, 2)}…` : '…'
  const line = value.replace(/\p{C}+/gu, ' ').replace(/\/\/[^/@\s]*@/g, '//…@')
  return line.length > MOST_SHOWN ? `${line.slice(0, MOST_SHOWN)}…` : line
}

export const wrong = (name: string, value: string, remedy: string) =>
  new ConfigError(`${name}=${shown(name, value)} can not be used: ${remedy}.`)

/** Reads single variables; the first name that is set wins, an empty value counts as not set. */
export const fields = (env: Environment, root: string) => {
  const optional = (...names: string[]): string | undefined => {
    for (const name of names) {
      const value = env[name]?.trim()
      if (value) return value
    }
    return undefined
  }
  const nameOf = (names: string[]) => names.find((name) => env[name]?.trim()) ?? names[0]!

  const list = (...names: string[]) =>
    (optional(...names) ?? '')
      .split(',')
      .map((it) => it.trim())
      .filter(Boolean)

  const path = (name: string, fallback: string) => {
    const value = optional(name) ?? fallback
    return isAbsolute(value) ? value : resolve(root, value)
  }

  const number = (fallback: number, least: number, most: number, ...names: string[]) => {
    const value = optional(...names)
    if (value === undefined) return fallback
    const parsed = Number(value)
    if (!Number.isFinite(parsed) || parsed < least || parsed > most)
      throw wrong(nameOf(names), value, `give a number from ${least} to ${most}`)
    return parsed
  }

  return {
    optional,
    text: (name: string, fallback: string) => optional(name) ?? fallback,
    number,
    integer(fallback: number, least: number, most: number, ...names: string[]) {
      const value = number(fallback, least, most, ...names)
      if (!Number.isInteger(value)) throw wrong(nameOf(names), String(value), 'give a whole number')
      return value
    },
    flag(name: string, fallback: boolean) {
      const value = optional(name)?.toLowerCase()
      if (value === undefined) return fallback
      if (['true', '1', 'yes', 'on'].includes(value)) return true
      if (['false', '0', 'no', 'off'].includes(value)) return false
      throw wrong(name, value, 'give true or false')
    },
    choice<const C extends string>(name: string, choices: readonly C[], fallback: C): C {
      const value = optional(name)
      if (value === undefined) return fallback
      const found = choices.find((choice) => choice.toLowerCase() === value.toLowerCase())
      if (!found) throw wrong(name, value, `choose one of ${choices.join(', ')}`)
      return found
    },
    list,
    /** A list of which each entry is looked at: `wrongWith` says what to do about one that is wrong. */
    listOf(wrongWith: (entry: string) => string | null, ...names: string[]) {
      const entries = list(...names)
      for (const entry of entries) {
        const remedy = wrongWith(entry)
        if (remedy) throw wrong(nameOf(names), entry, remedy)
      }
      return entries
    },
    url(name: string, protocols: readonly string[] = ['http:', 'https:']) {
      const value = optional(name)
      if (value === undefined) return undefined
      const url = URL.parse(value)
      if (!url || !protocols.includes(url.protocol))
        throw wrong(name, value, `give a whole URL that begins with ${protocols.map((it) => `${it}//`).join(' or ')}`)
      return value.replace(/\/+$/, '')
    },
    path,
    /** A file that has to be there before anything starts. */
    file(name: string) {
      if (optional(name) === undefined) return undefined
      const file = path(name, '')
      try {
        accessSync(file, constants.R_OK)
      } catch {
        throw wrong(name, file, 'there is no such file, or it may not be read by this user')
      }
      if (!statSync(file).isFile()) throw wrong(name, file, 'this is not a file')
      return file
    },
  }
}

export type Fields = ReturnType<typeof fields>
