/** What providers ask, in USD. Prices change: the operator's table goes before this one. */
export interface Prices {
  /** Model → a million tokens of question and of answer. */
  models: Readonly<Record<string, { input: number; output: number }>>
  /** Engine → a million characters. */
  characters: Readonly<Record<string, number>>
}

export const defaultPrices: Prices = {
  models: {
    'gpt-4o-mini': { input: 0.15, output: 0.6 },
    'gpt-4o': { input: 2.5, output: 10 },
    'gpt-4.1': { input: 2, output: 8 },
    'gpt-4.1-mini': { input: 0.4, output: 1.6 },
    'gpt-4.1-nano': { input: 0.1, output: 0.4 },
    // Listed in CNY at peak hours; half of it off peak.
    'deepseek-flash': { input: 0.28, output: 1.12 },
    'deepseek-v4-pro': { input: 1.27, output: 3.8 },
  },
  characters: { google: 20 },
}

export const withPrices = (over: Partial<Prices> = {}): Prices => ({
  models: { ...defaultPrices.models, ...over.models },
  characters: { ...defaultPrices.characters, ...over.characters },
})

export const tokenCost = (prices: Prices, model: string, input: number, output: number) => {
  const price = prices.models[model] ?? { input: 0, output: 0 }
  return (input * price.input + output * price.output) / 1_000_000
}
