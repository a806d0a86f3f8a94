import { use } from 'react'
import { type Language, language, setLanguage, useLanguage } from './language.ts'

/** A text with `{places}`; or, where a number decides, one text for each plural form of the language (by `count`). */
export type Message = string | Partial<Record<Intl.LDMLPluralRule, string>>
export type Messages = Record<string, Message>

/** The same keys in another language; its plural forms are its own. */
export type Translation<M extends Messages> = { [K in keyof M]: M[K] extends string ? string : Message }

type Texts<M extends Message> = M extends string ? M : M[keyof M]
type Places<Text> = Text extends `${string}{${infer Place}}${infer Rest}` ? Place | Places<Rest> : never
type Wanted<M extends Message> = Places<Texts<M>> | (M extends string ? never : 'count')
type Filled<M extends Message> = [Wanted<M>] extends [never] ? [] : [Record<Wanted<M>, string | number>]

export type Say<M extends Messages> = <K extends keyof M & string>(key: K, ...filled: Filled<M[K]>) => string

export interface Catalogue<M extends Messages> {
  load: (of: Language) => Promise<Say<M>>
}

const rules = new Map<Language, Intl.PluralRules>()
const numbers = new Map<Language, Intl.NumberFormat>()
const once = <T>(map: Map<Language, T>, of: Language, make: () => T) => {
  const made = map.get(of) ?? make()
  map.set(of, made)
  return made
}

export function fill(message: Message, of: Language, filled: Record<string, string | number> = {}) {
  const form = () => once(rules, of, () => new Intl.PluralRules(of)).select(Number(filled.count))
  const text = typeof message === 'string' ? message : (message[form()] ?? message.other ?? '')
  return text.replace(/\{(\w+)\}/g, (_, place: string) => {
    const it = filled[place]
    return typeof it === 'number' ? once(numbers, of, () => new Intl.NumberFormat(of)).format(it) : (it ?? '')
  })
}

/**
 * The words of one part of the app. Each language is a chunk of its own, loaded when a page first needs it, so that a
 * page never carries the words of other pages or languages. English is the source: its keys and places are the types.
 */
export function catalogue<M extends Messages>(
  loaders: { en: () => Promise<{ default: M }> } & Record<
    Exclude<Language, 'en'>,
    () => Promise<{ default: Translation<M> }>
  >,
): Catalogue<M> {
  const loaded = new Map<Language, Promise<Say<M>>>()
  const mine: Catalogue<M> = {
    load(of) {
      const known = loaded.get(of)
      if (known) return known
      const loading = loaders[of]().then(({ default: messages }): Say<M> => {
        const say: Say<M> = (key, ...[filled]) => fill(messages[key] as Message, of, filled)
        return say
      })
      loaded.set(of, loading)
      used.add(mine)
      // So that `use` reads words that are here at once, instead of suspending for a moment to find out.
      void loading.then(
        (value) => Object.assign(loading, { status: 'fulfilled', value }),
        () => undefined,
      )
      // A chunk that did not arrive (offline) is asked for again the next time.
      loading.catch(() => loaded.delete(of))
      return loading
    },
  }
  return mine
}

const used = new Set<{ load: (of: Language) => Promise<unknown> }>()

/** Fetches the words of everything that is open first, then switches: the page never goes blank between. */
export async function chooseLanguage(to: Language) {
  await Promise.allSettled([...used].map((it) => it.load(to)))
  setLanguage(to)
}

/** Suspends until the words are there; a page's route loads them together with the page, so it seldom does. */
export const useWords = <M extends Messages>(of: Catalogue<M>): Say<M> => use(of.load(useLanguage()))

/** Outside of components. */
export const words = <M extends Messages>(of: Catalogue<M>) => of.load(language())
