import type { Recording, Utterance } from '../../port.ts'
import type { AudioPart } from './cut.ts'
import { type PartRequest, type PartResult, transcribePart } from './request.ts'

/** How many parts are under way at once: enough to hide the round trip, too few to trip a rate limit. */
const atOnce = 3

interface WholeResult {
  utterances: Utterance[]
  language: string | null
  chunks: number
  raw: unknown
}

/** Sends the parts a few at a time and joins the answers in order; text is handed on as soon as all before it is there. */
export async function transcribeParts(
  request: PartRequest,
  parts: AsyncIterable<AudioPart>,
  recording: Recording,
): Promise<WholeResult> {
  const { options } = request
  const stop = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal
  const inside = { ...request, options: { ...options, signal } }
  const running: Promise<{ part: AudioPart; result: PartResult }>[] = []
  const utterances: Utterance[] = []
  const raws: unknown[] = []
  let language: string | null = null
  let chunks = 0

  const send = async (part: AudioPart, index: number) => {
    try {
      return { part, result: await transcribePart(inside, part, index) }
    } finally {
      await part.release()
    }
  }
  const takeFirst = async () => {
    const { part, result } = await running.shift()!
    raws.push(result.raw)
    language ??= result.language
    for (const utterance of result.utterances) {
      utterances.push(utterance)
      await options.onUtterance?.(utterance)
    }
    const done_ms = part.start_ms + part.duration_ms
    options.onProgress?.({
      done: Math.min(0.999, done_ms / Math.max(1, recording.duration_ms)),
      audio_s: done_ms / 1000,
    })
  }

  try {
    for await (const part of parts) {
      const sent = send(part, chunks++)
      // Whoever awaits it first sees its failure; until then it must not count as unhandled.
      sent.catch(() => {})
      running.push(sent)
      if (running.length >= atOnce) await takeFirst()
    }
    while (running.length > 0) await takeFirst()
    // The parts' lengths are measured, so their sum may miss the recording's by a frame.
    options.onProgress?.({ done: 1, audio_s: recording.duration_ms / 1000 })
  } catch (error) {
    stop.abort()
    await Promise.allSettled(running)
    options.signal?.throwIfAborted()
    throw error
  }
  return { utterances, language, chunks, raw: raws.length === 1 ? raws[0] : raws }
}
