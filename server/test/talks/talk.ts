import { readFile } from 'node:fs/promises'
import type { TextSegment } from '../../src/text/segment.ts'

/** Wednesday, 18 November 2026: "Friday" in these talks is two days away. */
export const recorded = { recordedAt: new Date('2026-11-18T10:00:00Z'), timeZone: 'Europe/London' }

/** A talk as a recogniser writes it down: `mm:ss Speaker: words`, or without a speaker. */
export async function talk(name: 'meeting' | 'interview' | 'lecture' | 'call'): Promise<TextSegment[]> {
  const lines = (await readFile(new URL(`./${name}.txt`, import.meta.url), 'utf8')).trim().split('\n')
  const spoken = lines.map((line) => {
    const { minutes, seconds, speaker, text } =
      /^(?<minutes>\d+):(?<seconds>\d+) (?:(?<speaker>[^:.,]{2,30}): )?(?<text>.*)$/.exec(line)?.groups ?? {}
    return { start_ms: (Number(minutes) * 60 + Number(seconds)) * 1_000, speaker: speaker ?? null, text: text ?? '' }
  })
  return spoken.map((it, idx) => ({
    ...it,
    id: `segment-${idx}`,
    idx,
    end_ms: (spoken[idx + 1]?.start_ms ?? it.start_ms + it.text.length * 65) - 100,
  }))
}
