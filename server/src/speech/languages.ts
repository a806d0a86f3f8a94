import { SpeechError } from './errors.ts'
import type { Capabilities } from './port.ts'

/** `de` of `de-CH` and `zh` of `zh_TW`; null for `auto` and for nothing. */
export function primaryLanguage(tag: string | undefined | null): string | null {
  const primary = tag?.trim().toLowerCase().split(/[-_]/)[0]
  return primary && primary !== 'auto' && primary !== 'multi' ? primary : null
}

const list = (text: string): readonly string[] => text.split(' ')

const nova2 = list('bg ca cs da de el en es et fi fr hi hu id it ja ko lt lv ms nl no pl pt ro ru sk sv th tr uk vi zh')
const nova3 = list(
  'be bg bn bs ca cs da de el en es et fi fr hi hr hu id it ja kn ko lt lv mk mr ms nl no pl pt ro ru sk sl sr sv ta te tl tr uk vi zh',
)
const englishOnly = list('en')

/** Deepgram's models as its changelog has them (March 2026); specialised models other than `general` know English. */
export function deepgramLanguages(model: string): readonly string[] {
  if (/^nova-3(-general)?$/.test(model)) return nova3
  if (/^nova-2(-general)?$/.test(model)) return nova2
  if (/^(nova|enhanced|base)(-general)?$/.test(model))
    return list('da de en es fr hi id it ja ko nl no pl pt ru sv ta tr uk zh')
  return englishOnly
}

/** What OpenAI lists for its transcription models. Other languages may come out, but nobody promises it. */
export const openaiLanguages = list(
  'af ar az be bg bs ca cs cy da de el en es et fa fi fr gl he hi hr hu hy id is it ja kk kn ko lt lv mi mk mr ms ne nl no pl pt ro ru sk sl sr sv sw ta th tl tr uk ur vi zh',
)

const universal3 = list('de en es fr it pt')
const universal2 = list(
  'af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw he hi hr ht hu hy id is it ja jw ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne nl nn no oc pa pl ps pt ro ru sa sd si sk sl sn so sq sr su sv sw ta te tg th tk tl tr tt uk ur uz vi yi yo zh',
)

export const assemblyaiLanguages = (model: string): readonly string[] =>
  model.startsWith('universal-3') ? universal3 : universal2

export const knows = (capabilities: Pick<Capabilities, 'languages'>, language: string | undefined | null): boolean => {
  const primary = primaryLanguage(language)
  return primary === null || capabilities.languages === 'any' || capabilities.languages.includes(primary)
}

const names = new Intl.DisplayNames(['en'], { type: 'language' })
const nameOf = (language: string) => {
  try {
    return names.of(language) ?? language
  } catch {
    return language
  }
}

/** An engine as far as languages go, usable now or not. */
export interface LanguageSkill {
  name: string
  capabilities: Pick<Capabilities, 'languages'>
  unavailable(): string | null
}

/** A local model that could be fetched. */
export interface PullableModel {
  name: string
  languages: readonly string[] | 'any'
}

/** Says which engines here do the language, and what would add one. */
export function unsupportedLanguage(
  engine: string,
  language: string,
  engines: readonly LanguageSkill[],
  models: readonly PullableModel[],
): SpeechError {
  const primary = primaryLanguage(language) ?? language
  const able = engines.filter((one) => one.name !== engine && knows(one.capabilities, language))
  const ready = able.filter((one) => one.unavailable() === null).map((one) => one.name)
  const remedies = able.map((one) => one.unavailable()).filter((text) => text !== null)
  const model =
    models.find((one) => one.languages !== 'any' && one.languages.includes(primary)) ??
    models.find((one) => one.languages === 'any')
  const parts = [`The ${engine} engine does not do ${nameOf(primary)} (${primary}).`]
  if (ready.length > 0) parts.push(`These engines do: ${ready.join(', ')}.`)
  if (model) parts.push(`For this machine: mina models pull ${model.name}.`)
  if (ready.length === 0) parts.push(...remedies)
  return new SpeechError(engine, 'unsupported_language', parts.join(' '))
}
