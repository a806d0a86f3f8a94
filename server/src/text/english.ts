import type { ItemToken, ItsFunction, WinkMethods } from 'wink-nlp'

export interface Token {
  text: string
  lower: string
  start: number
  end: number
  /** Universal part of speech: NOUN, PROPN, VERB, AUX, ADJ, … */
  pos: string
  stem: string
  stop: boolean
}

/** What the small English model knows. About 70 MB, so it is loaded by whoever first needs it. */
export interface English {
  tag(text: string): Token[]
  /** In the model's dictionary of some 87,000 words. */
  knows(word: string): boolean
  /** How pleasant a word is by itself, from -1 to 1. */
  valence(word: string): number
}

/** The model remembers each unknown word for ever; a fresh instance after this much text keeps a server's memory flat. */
const renewAfter = 4_000_000
const rememberedValences = 20_000

let loading: Promise<English> | undefined

export const loadEnglish = (): Promise<English> => {
  loading ??= build().catch((error: unknown) => {
    loading = undefined
    throw error
  })
  return loading
}

async function build(): Promise<English> {
  const { default: winkNLP } = await import('wink-nlp')
  const { default: model } = await import('wink-eng-lite-web-model')
  let nlp: WinkMethods
  let dictionary = 0
  let read = 0
  const valences = new Map<string, number>()

  const renew = () => {
    nlp = winkNLP(model)
    dictionary = Number(nlp.readDoc('qzxjvkqzw').tokens().itemAt(0).out(nlp.its.uniqueId))
    read = 0
  }
  renew()

  const open = (text: string) => {
    read += text.length
    if (read > renewAfter) renew()
    return nlp.readDoc(text)
  }

  return {
    tag(text) {
      const { its } = nlp
      const tokens: Token[] = []
      let cursor = 0
      open(text)
        .tokens()
        .each((token: ItemToken) => {
          const written = token.out()
          const found = text.indexOf(written, cursor)
          const start = found < 0 ? cursor : found
          const lower = written.toLowerCase()
          tokens.push({
            text: written,
            lower,
            start,
            end: start + written.length,
            pos: token.out(its.pos),
            stem: token.out(its.stem as ItsFunction<string>),
            stop: Boolean(token.out(its.stopWordFlag)),
          })
          cursor = start + written.length
        })
      return tokens
    },
    knows(word) {
      const tokens = open(word.toLowerCase()).tokens()
      if (tokens.length() !== 1) return false
      return Number(tokens.itemAt(0).out(nlp.its.uniqueId)) < dictionary
    },
    valence(word) {
      const known = valences.get(word)
      if (known !== undefined) return known
      const value = Number(open(word).out(nlp.its.sentiment))
      if (valences.size >= rememberedValences) valences.clear()
      valences.set(word, value)
      return value
    },
  }
}
