/** What every translator is to the rest of Mina, whoever does the work. */

/** Term → how it must appear in the translation. */
export type Glossary = Readonly<Record<string, string>>

export interface TranslationUsage {
  /** Characters (code points) that were sent to be translated. */
  characters: number
  /** Tokens as the provider counted them, question and answer; 0 where it counts characters. */
  tokens: number
  cost_usd: number
}

export interface TranslateOptions {
  /** BCP 47, a language's name, or `auto`. */
  source: string
  target: string
  glossary?: Glossary | undefined
  /** What came before, for the sense only: it is not translated. Used by engines that read prompts. */
  context?: string | undefined
  /** The texts follow one another, so each is context to the next. */
  consecutive?: boolean | undefined
  signal?: AbortSignal | undefined
  /** What each request has cost, as it is spent: it is spent also where the whole fails or is broken off. */
  onUsage?: ((more: TranslationUsage) => void) | undefined
  /** 0 to 1, as pieces come back. */
  onProgress?: ((done: number) => void) | undefined
}

export interface Translation {
  /** One for each text, in order. */
  texts: string[]
  /** BCP 47; where the source was `auto` and could be told. */
  detectedSource: string | null
  usage: TranslationUsage
  /** How many answers the result was put together from. */
  chunks: number
  /** Glossary terms of the text whose translation does not appear in the result. */
  glossaryMissed: string[]
  engine: string
  model: string
}

export interface TranslatorCapabilities {
  /** BCP 47 primary tags; `any` for engines that take what comes, or say themselves what they can. */
  languages: readonly string[] | 'any'
  detectsLanguage: boolean
  /** Whether the engine reads the glossary itself, or terms are protected by placeholders. */
  glossary: 'prompt' | 'placeholders'
  limits: RequestLimits
}

/** What one request may carry. Texts of any length are cut to it. */
export interface RequestLimits {
  /** Texts a request. */
  items: number
  /** Tokens that the answer is expected to need. */
  answerTokens?: number
  /** Code points. */
  characters?: number
  /** UTF-8. */
  bytes?: number
}

export interface Translator {
  readonly name: string
  readonly capabilities: TranslatorCapabilities
  /** Why it can not be used now, naming the variable to set; null when it can. */
  unavailable(): string | null
  translate(texts: readonly string[], options: TranslateOptions): Promise<Translation>
}

export const noUsage = (): TranslationUsage => ({ characters: 0, tokens: 0, cost_usd: 0 })

export const addUsage = (sum: TranslationUsage, more: TranslationUsage) => {
  sum.characters += more.characters
  sum.tokens += more.tokens
  sum.cost_usd += more.cost_usd
}

/** One request to an engine: languages are normalised, texts fit the limits. */
export interface EngineJob {
  source: string
  target: string
  glossary?: Glossary | undefined
  context?: string | undefined
  signal: AbortSignal
}

export interface EngineAnswer {
  texts: string[]
  detectedSource: string | null
  usage: TranslationUsage
}

/** What an engine has to bring: one request. Cutting, retries, glossary and joining are the translator's. */
export interface TranslationEngine {
  readonly name: string
  /** For people. */
  readonly label: string
  readonly model: string
  readonly capabilities: TranslatorCapabilities
  unavailable(): string | null
  /** Throws a TranslationError; `smaller` where fewer or shorter texts may succeed. */
  request(texts: readonly string[], job: EngineJob): Promise<EngineAnswer>
}
