import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { Refusal } from '../../platform/refusal.ts'
import { addUsage, noUsage } from '../../translation/port.ts'
import { textRenderers } from '../documents/index.ts'
import { folderOf, readText } from './inputs.ts'
import type { Made, Working } from './making.ts'
import type { JobRow } from './repository.ts'
import type { JobParts } from './service.ts'

const DOWNLOAD_MS = 10 * 60_000

/** What a transcription of ours leaves as data, as far as it is needed here. */
const Segments = z.object({
  created_at: z.string(),
  duration_ms: z.number(),
  segments: z.array(
    z.object({ start_ms: z.number(), end_ms: z.number(), text: z.string(), speaker: z.string().nullish() }),
  ),
})
type Spoken = z.output<typeof Segments>

interface Source {
  texts: string[]
  /** Where the text is a transcript of ours: then the translation has captions too. */
  spoken?: Spoken
}

const captions = async ({ segments, ...rest }: Spoken, texts: readonly string[], language: string) =>
  await textRenderers.srt.render(
    {
      ...rest,
      ...{ title: 'Translation', language, speakers: [], highlights: [], tasks: [] },
      segments: segments.map((it, at) => ({ ...it, text: texts[at] ?? '' })),
    },
    {},
  )

/** A text to another language. */
export function translating({ files, guarded, translators, repository, db, limits, tempDir }: JobParts) {
  async function fetched(job: JobRow, signal: AbortSignal): Promise<string> {
    const folder = join(tempDir, randomUUID())
    await mkdir(folder, { recursive: true, mode: 0o700 })
    try {
      const path = join(folder, 'download')
      const { size } = await guarded.download(job.input_ref ?? '', path, {
        ...{ maxBytes: limits.textBytes, timeoutMs: DOWNLOAD_MS, signal },
      })
      const text = await readText(path, limits.textBytes)
      const key = `${folderOf(job)}input/original.txt`
      await files.put(key, { path })
      await repository(db).update(job.id, { input_key: key, input_bytes: size })
      return text
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  const read = async (key: string): Promise<string | null> => {
    const file = await files.toLocal(key)
    if (!file) return null
    try {
      return await readText(file.path, limits.textBytes)
    } finally {
      await file.release()
    }
  }

  async function sourceOf(job: JobRow, signal: AbortSignal): Promise<Source> {
    if (!job.input_key) return { texts: [await fetched(job, signal)] }
    if (job.input_ref?.startsWith('job:')) {
      const data = await read(job.input_key.replace(/[^/]+$/, 'transcript.json'))
      const spoken = data === null ? null : Segments.safeParse(JSON.parse(data)).data
      if (spoken && spoken.segments.length > 0) return { texts: spoken.segments.map((it) => it.text), spoken }
    }
    const text = await read(job.input_key)
    if (text === null) throw new Refusal('not_found', 'The text is not there any more.')
    return { texts: [text] }
  }

  return async (job: JobRow, { signal, progress, spent }: Working): Promise<Made> => {
    const { language = 'auto', target_language = '', provider } = job.options
    const { texts, spoken } = await sourceOf(job, signal)
    const translator = translators.choose(provider)
    const cost = noUsage()
    const result = await translator.translate(texts, {
      ...{ source: language, target: target_language, consecutive: true, signal },
      onUsage(more) {
        addUsage(cost, more)
        spent({ service: translator.name, ...cost })
      },
      onProgress: progress,
    })
    const named = result.texts.map((text, at) => {
      const speaker = spoken?.segments[at]?.speaker
      return speaker ? `${speaker}: ${text}` : text
    })
    const translated_text = named.join('\n')
    const data = {
      ...{ translated_text, target_language, source_language: result.detectedSource ?? language },
      ...{ engine: result.engine, model: result.model },
      ...(spoken && { segments: spoken.segments.map((it, at) => ({ ...it, text: result.texts[at] })) }),
    }
    const srt = spoken && (await captions(spoken, result.texts, target_language))
    return {
      artifacts: [
        { kind: 'translation', name: 'translation.txt', content: translated_text },
        ...(srt ? [{ kind: 'srt' as const, name: 'captions.srt', content: srt }] : []),
        { kind: 'json', name: 'translation.json', content: `${JSON.stringify(data, null, 2)}\n` },
      ],
      use: { service: translator.name, ...cost },
    }
  }
}
