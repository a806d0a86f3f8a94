import type { Ask } from './asking.ts'
import { TranslationError } from './errors.ts'
import { bare, cut, paragraphsOf, translatable, withLayoutOf } from './pieces.ts'
import type { EngineJob } from './port.ts'

/** The smallest share of a request that a text is cut to before we give up on an engine that keeps cutting. */
const smallest = 1 / 64

/** Asks for fewer texts, then for shorter ones, until the answers are whole: what was cut off is never joined. */
export function solving(ask: Ask, load: (text: string) => number) {
  async function solve(cores: readonly string[], job: EngineJob): Promise<string[]> {
    try {
      const answers = await ask(cores, job)
      return await Promise.all(answers.map((answer, index) => laidOut(cores[index]!, answer.trim(), job)))
    } catch (error) {
      if (!(error instanceof TranslationError) || !error.smaller) throw error
      const [only] = cores
      if (cores.length === 1) return [await shorter(only!, job, error)]
      const middle = Math.ceil(cores.length / 2)
      const first = await solve(cores.slice(0, middle), job)
      return [...first, ...(await solve(cores.slice(middle), job))]
    }
  }

  async function shorter(core: string, job: EngineJob, reason: TranslationError): Promise<string> {
    const half = Math.min(1, load(core)) / 2
    const pieces = half < smallest ? [] : cut(core, load, half)
    if (pieces.length < 2) throw reason
    return joined(pieces, job)
  }

  async function joined(pieces: readonly string[], job: EngineJob): Promise<string> {
    let text = ''
    for (const { before, core, after } of pieces.map(bare)) {
      const [answer] = translatable(core) ? await solve([core], job) : [core]
      text += before + answer + after
    }
    return text
  }

  /** The breaks of the source come back exactly; where a paragraph was swallowed, they are asked for one by one. */
  async function laidOut(core: string, answer: string, job: EngineJob): Promise<string> {
    const text = withLayoutOf(core, answer)
    if (text !== null) return text
    const paragraphs = paragraphsOf(core)
    return paragraphs.length > 1 ? joined(paragraphs, job) : answer
  }

  return solve
}
