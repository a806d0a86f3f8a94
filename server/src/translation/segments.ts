import { type DetectLanguage, detectLanguage } from './detect.ts'
import { addUsage, noUsage, type TranslateOptions, type Translation, type Translator } from './port.ts'

/** What a segment of a conversation has to bring; whatever else it carries comes back with it. */
export interface SpokenSegment {
  id: string
  text: string
  start_ms: number
  end_ms: number
  speaker?: string | null
}

export interface SegmentOptions<Segment extends SpokenSegment>
  extends Omit<TranslateOptions, 'context' | 'consecutive'> {
  /** Translations kept from an earlier, broken-off run, by segment id: they are not asked for again. */
  kept?: ReadonlyMap<string, string>
  /** Called with each stretch as it is done, in order: what it keeps makes the work resumable. */
  onSegments?: (done: readonly Segment[]) => void | Promise<void>
  detect?: DetectLanguage
}

export interface SegmentTranslation<Segment extends SpokenSegment> extends Omit<Translation, 'texts'> {
  segments: Segment[]
}

/** Stretches of so many requests' worth of segments are worked through one after the other. */
const requestsAtOnce = 4
const mostSegments = 120
const contextSegments = 4

/** Translates a conversation segment by segment: times, speakers and order stay; only the words change. */
export async function translateSegments<Segment extends SpokenSegment>(
  translator: Translator,
  segments: readonly Segment[],
  options: SegmentOptions<Segment>,
): Promise<SegmentTranslation<Segment>> {
  const { kept = new Map<string, string>(), onSegments, onProgress, detect = detectLanguage, ...rest } = options
  const source = await sourceOf(translator, segments, options.source, detect)
  const open = segments.filter((segment) => !kept.has(segment.id))
  const words = new Map(kept)
  const missed = new Set<string>()
  const usage = noUsage()
  let chunks = 0
  let model = translator.name
  let detected: string | null = source === options.source ? null : source
  const finished = (more: number) => (segments.length - open.length + more) / Math.max(1, segments.length)

  const size = Math.min(mostSegments, translator.capabilities.limits.items * requestsAtOnce)
  for (let from = 0; from < open.length; from += size) {
    const stretch = open.slice(from, from + size)
    const texts = stretch.map((segment) => segment.text)
    const context = said(segments, segments.indexOf(stretch[0]!))
    const before = from
    const answer = await translator.translate(texts, {
      ...rest,
      source,
      context,
      consecutive: true,
      onProgress: (done) => onProgress?.(finished(before + done * stretch.length)),
    })
    addUsage(usage, answer.usage)
    chunks += answer.chunks
    model = answer.model
    detected ??= answer.detectedSource
    for (const term of answer.glossaryMissed) missed.add(term)
    const translated = stretch.map((segment, index) => ({ ...segment, text: answer.texts[index]! }))
    for (const segment of translated) words.set(segment.id, segment.text)
    await onSegments?.(translated)
  }
  return {
    segments: segments.map((segment) => ({ ...segment, text: words.get(segment.id) ?? segment.text })),
    detectedSource: detected,
    usage,
    chunks,
    glossaryMissed: [...missed],
    engine: translator.name,
    model,
  }
}

/**
 * A "Sì." or "OK" alone tells no language, so engines that would guess for each text are told the language of the
 * whole. Engines that read prompts see the context, and may meet several languages in one conversation.
 */
async function sourceOf(
  translator: Translator,
  segments: readonly SpokenSegment[],
  given: string,
  detect: DetectLanguage,
) {
  if (given !== 'auto' || !translator.capabilities.detectsLanguage) return given
  let sample = ''
  for (const segment of segments) {
    if (sample.length > 4_000) break
    sample += `${segment.text}\n`
  }
  return (await detect(sample)) ?? given
}

const said = (segments: readonly SpokenSegment[], index: number) =>
  segments
    .slice(Math.max(0, index - contextSegments), index)
    .map(({ speaker, text }) => (speaker ? `${speaker}: ${text}` : text))
    .join('\n')
