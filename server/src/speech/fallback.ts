import { fallbackStream } from './fallback-stream.ts'
import type { Capabilities, Recogniser, RecognitionOptions, Utterance } from './port.ts'
import { anotherMayDo, optionsFor, steppedIn, unfit } from './standing-in.ts'

/** Several engines as one: the first that can, does. Whoever reads the transcript is told when it was not the first. */
export function withFallback(engines: readonly Recogniser[]): Recogniser {
  const [first] = engines
  if (!first) throw new Error('A fallback needs at least one engine.')
  if (engines.length === 1) return first
  const streaming = engines.filter((engine) => engine.stream)

  return {
    name: first.name,
    capabilities: joined(engines.map((engine) => engine.capabilities)),
    unavailable: () => (engines.some((engine) => engine.unavailable() === null) ? null : first.unavailable()),
    async transcribe(recording, options) {
      const failures: unknown[] = []
      let told_ms = 0
      for (const engine of engines) {
        const reason = unfit(engine, options, engine !== first)
        if (reason) {
          failures.push(reason)
          continue
        }
        // Text that was handed on can not be taken back: who stands in goes on where the other stopped.
        const begin_ms = told_ms
        const onUtterance = async (utterance: Utterance) => {
          if (utterance.start_ms < begin_ms) return
          told_ms = Math.max(told_ms, utterance.end_ms)
          await options.onUtterance?.(utterance)
        }
        const inside = { ...optionsFor(engine, first, options), onUtterance }
        const transcript = await attempt(() => engine.transcribe(recording, inside), options, failures)
        if (transcript === null) continue
        if (engine === first) return transcript
        return { ...transcript, warnings: [steppedIn(engine.name, failures), ...transcript.warnings] }
      }
      throw failures[0]
    },
    ...(streaming.length > 0 && { stream: (options) => fallbackStream(engines, options) }),
    close: async () => {
      await Promise.all(engines.map((engine) => engine.close?.()))
    },
  }
}

/** The result, or null when the next engine shall try. */
async function attempt<T>(call: () => Promise<T>, options: RecognitionOptions, failures: unknown[]): Promise<T | null> {
  try {
    return await call()
  } catch (error) {
    options.signal?.throwIfAborted()
    if (!anotherMayDo(error)) throw error
    failures.push(error)
    return null
  }
}

function joined(all: readonly Capabilities[]): Capabilities {
  const languages = all.some((one) => one.languages === 'any')
    ? 'any'
    : [...new Set(all.flatMap((one) => (one.languages === 'any' ? [] : one.languages)))]
  return {
    ...all[0]!,
    streaming: all.some((one) => one.streaming),
    diarization: all.some((one) => one.diarization),
    seeks: all.every((one) => one.seeks === true),
    detectsLanguage: all.some((one) => one.detectsLanguage),
    languages,
  }
}
