/** What was said, as it is known so far. */
export interface Caption {
  id: string
  idx: number
  start_ms: number
  end_ms: number
  text: string
  speaker?: string | null | undefined
}
export interface Interim {
  start_ms: number
  end_ms: number
  text: string
  speaker?: string | null | undefined
  /** So many characters will most likely stay. */
  stable: number
}
export interface Said {
  finals: readonly Caption[]
  interim: Interim | undefined
}

export const nothingSaid: Said = { finals: [], interim: undefined }

/** Keeps them in order, however they arrive; one that came before is replaced. */
export function withFinals(said: Said, more: readonly Caption[]): Said {
  if (!more.length) return said
  const byId = new Map(said.finals.map((it) => [it.id, it]))
  for (const it of more) byId.set(it.id, it)
  const finals = [...byId.values()].sort((a, b) => a.start_ms - b.start_ms || a.idx - b.idx)
  const until = Math.max(...more.map((it) => it.end_ms))
  const interim = said.interim && said.interim.start_ms < until ? undefined : said.interim
  return { finals, interim }
}

export interface Paragraph {
  key: string
  start_ms: number
  end_ms: number
  speaker: string | null
  /** Somebody else spoke before. */
  begins: boolean
  parts: Caption[]
  /** What is being said now, at its end. */
  coming?: Interim
}

const pauseBetween = 2500
const longEnough = 320

/** One breath of one voice. */
function goesOn(last: Paragraph, it: Caption | Interim) {
  const length = last.parts.reduce((sum, part) => sum + part.text.length, 0)
  return last.speaker === (it.speaker ?? null) && it.start_ms - last.end_ms < pauseBetween && length < longEnough
}

const begun = (all: readonly Paragraph[], key: string, it: Caption | Interim): Paragraph => {
  const { start_ms, end_ms, speaker = null } = it
  return { key, start_ms, end_ms, speaker, begins: all.at(-1)?.speaker !== speaker, parts: [] }
}

/** Captions of one breath stand together; a pause, another voice or much text begins a new paragraph. */
export function paragraphs(finals: readonly Caption[]): Paragraph[] {
  const all: Paragraph[] = []
  for (const it of finals) {
    const last = all.at(-1)
    if (!last || !goesOn(last, it)) all.push({ ...begun(all, it.id, it), parts: [it] })
    else {
      last.parts.push(it)
      last.end_ms = it.end_ms
    }
  }
  return all
}

/** What is being said follows the same rule, so that it stands already where it will stay. */
export function withComing(all: readonly Paragraph[], coming: Interim | undefined): readonly Paragraph[] {
  if (!coming) return all
  const last = all.at(-1)
  if (last && goesOn(last, coming)) return all.with(-1, { ...last, coming })
  return [...all, { ...begun(all, 'coming', coming), coming }]
}

const nearby = 20_000

/** What was being said at that moment: the caption around it, or the last one shortly before. */
export function captionAt<C extends Pick<Caption, 'start_ms' | 'end_ms'>>(
  finals: readonly C[],
  at_ms: number,
): C | undefined {
  const last = finals.findLast((it) => it.start_ms <= at_ms)
  return last && at_ms - last.end_ms < nearby ? last : undefined
}

/** Whether the words for this moment are all here, so that a highlight may choose among them. */
export const settledAt = ({ finals, interim }: Said, at_ms: number) =>
  (finals.at(-1)?.end_ms ?? 0) >= at_ms || (interim !== undefined && interim.start_ms > at_ms)
