import { setImmediate as turn } from 'node:timers/promises'
import { asking, newTally, type RetrySettings } from './asking.ts'
import { concurrently } from './concurrently.ts'
import { type DetectLanguage, detectLanguage } from './detect.ts'
import { TranslationError } from './errors.ts'
import { missedTerms } from './glossary.ts'
import { primaryTag, sourceLanguage, targetLanguage, unsupportedLanguage } from './languages.ts'
import { loadOf } from './load.ts'
import { bare, cutting, type Piece, translatable } from './pieces.ts'
import type { TranslateOptions, Translation, TranslationEngine, Translator } from './port.ts'
import { solving } from './solving.ts'

export interface TranslatorSettings {
  /** Requests under way at once. */
  concurrency?: number
  retries?: RetrySettings
  detect?: DetectLanguage
}

/** How much of the text before a piece is shown for its sense. */
const contextCharacters = 400
const longestTurn_ms = 20

/** A piece of one of the texts, on its way. */
interface Part extends Piece {
  text: number
  context: string | undefined
  load: number
  translation?: string
}

/** Turns an engine, which can answer one request, into a translator of texts of any length and number. */
export function createTranslator(engine: TranslationEngine, settings: TranslatorSettings = {}): Translator {
  const { concurrency = 4, detect = detectLanguage, retries = {} } = settings
  const { name, label, capabilities } = engine

  const accepted = (tag: string) => {
    const { languages } = capabilities
    if (tag === 'auto' || languages === 'any' || languages.includes(primaryTag(tag))) return tag
    throw unsupportedLanguage(name, label, tag, languages)
  }

  async function translate(texts: readonly string[], options: TranslateOptions): Promise<Translation> {
    const source = accepted(sourceLanguage(name, options.source))
    const target = accepted(targetLanguage(name, options.target))
    const remedy = engine.unavailable()
    if (remedy) throw new TranslationError(name, 'unavailable', remedy)
    options.signal?.throwIfAborted()

    const load = loadOf(capabilities.limits, target)
    const tally = newTally(options.onUsage)
    const solve = solving(asking(engine, retries, tally), load)
    const parts = await partsOf(texts, options, load)
    const toDo = parts.filter((part) => translatable(part.core))
    const whole = lengthOf(toDo)
    let done = 0
    const batches = inBatches(toDo, capabilities.limits.items)
    await concurrently(batches, concurrency, options.signal, async (batch, signal) => {
      const job = { source, target, glossary: options.glossary, context: batch[0]!.context, signal }
      const cores = batch.map((part) => part.core)
      const answers = await solve(cores, job)
      for (const [index, part] of batch.entries()) part.translation = answers[index]!
      done += lengthOf(batch)
      options.onProgress?.(done / whole)
    })
    const results = joinedBy(parts, texts.length)
    return {
      texts: results,
      detectedSource: source === 'auto' ? (tally.detectedSource ?? (await detect(sampleOf(texts)))) : null,
      usage: tally.usage,
      chunks: tally.answers,
      glossaryMissed: missedTerms(options.glossary, texts.join('\n'), results.join('\n')),
      engine: name,
      model: engine.model,
    }
  }

  return { name, capabilities, unavailable: () => engine.unavailable(), translate }
}

/** Cuts the texts, letting others have their turn: megabytes take seconds. */
async function partsOf(texts: readonly string[], options: TranslateOptions, load: (text: string) => number) {
  const parts: Part[] = []
  let before = options.context ?? ''
  let since = performance.now()
  for (const [index, text] of texts.entries()) {
    let seen = before
    for (const piece of cutting(text, load)) {
      const bared = bare(piece)
      parts.push({ ...bared, text: index, context: seen.trim() || undefined, load: load(bared.core) })
      seen = `${seen}${piece}`.slice(-contextCharacters)
      if (performance.now() - since > longestTurn_ms) {
        await turn()
        options.signal?.throwIfAborted()
        since = performance.now()
      }
    }
    if (options.consecutive) before = `${before}\n${text}`.slice(-contextCharacters)
  }
  return parts
}

/** Consecutive pieces share a request as long as they fit; a long text's pieces fill one each. */
function inBatches(parts: readonly Part[], items: number): Part[][] {
  const batches: Part[][] = []
  let load = 0
  for (const part of parts) {
    const last = batches.at(-1)
    load += part.load
    if (last && last.length < items && load <= 1) {
      last.push(part)
    } else {
      batches.push([part])
      load = part.load
    }
  }
  return batches
}

const lengthOf = (parts: readonly Part[]) => parts.reduce((sum, part) => sum + part.core.length, 0)

function joinedBy(parts: readonly Part[], texts: number): string[] {
  const results = Array.from({ length: texts }, () => '')
  for (const { text, before, core, after, translation = core } of parts)
    results[text] = `${results[text]}${before}${translation}${after}`
  return results
}

const sampleOf = (texts: readonly string[]) => {
  let sample = ''
  for (const text of texts) {
    if (sample.length > 4_000) break
    sample += `${text}\n`
  }
  return sample
}
