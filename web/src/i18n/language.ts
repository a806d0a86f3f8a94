import { useSyncExternalStore } from 'react'

export const languages = ['en', 'it'] as const
export type Language = (typeof languages)[number]

/** Each in its own words, for the one who looks for theirs. */
export const languageNames: Record<Language, string> = { en: 'English', it: 'Italiano' }

const key = 'mina.language'
const known = (tag: string | null | undefined) => languages.find((it) => tag?.toLowerCase().split('-')[0] === it)

/** What was chosen here; else the first of the browser's languages (those it sends as Accept-Language) that Mina speaks. */
export function firstLanguage(chosen: string | null, wanted: readonly string[]): Language {
  return known(chosen) ?? wanted.map(known).find(Boolean) ?? 'en'
}

const stored = () => {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

let current: Language = typeof navigator === 'undefined' ? 'en' : firstLanguage(stored(), navigator.languages)
const listeners = new Set<() => void>()

export const language = () => current

export function setLanguage(to: Language) {
  current = to
  try {
    localStorage.setItem(key, to)
  } catch {
    // Private windows may refuse storage; the choice then lasts as long as the page.
  }
  if (typeof document !== 'undefined') document.documentElement.lang = to
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

export const useLanguage = () => useSyncExternalStore(subscribe, language)
