import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Refusal } from '../../platform/refusal.ts'
import { addUsage, noUsage } from '../../translation/port.ts'
import { folderOf, readText } from './inputs.ts'
import type { JobRow } from './repository.ts'
import type { JobParts } from './service.ts'
import type { Made, Working } from './work.ts'

const DOWNLOAD_MS = 10 * 60_000

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

  async function textOf(job: JobRow, signal: AbortSignal): Promise<string> {
    if (!job.input_key) return await fetched(job, signal)
    const file = await files.toLocal(job.input_key)
    if (!file) throw new Refusal('not_found', 'The text is not there any more.')
    try {
      return await readText(file.path, limits.textBytes)
    } finally {
      await file.release()
    }
  }

  return async (job: JobRow, { signal, progress, spent }: Working): Promise<Made> => {
    const { language = 'auto', target_language = '', provider } = job.options
    const text = await textOf(job, signal)
    const translator = translators.choose(provider)
    const cost = noUsage()
    const result = await translator.translate([text], {
      ...{ source: language, target: target_language, signal },
      onUsage(more) {
        addUsage(cost, more)
        spent({ service: translator.name, ...cost })
      },
      onProgress: progress,
    })
    const translated_text = result.texts[0] ?? ''
    const data = {
      ...{ translated_text, target_language, source_language: result.detectedSource ?? language },
      ...{ engine: result.engine, model: result.model },
    }
    return {
      artifacts: [
        { kind: 'translation', name: 'translation.txt', content: translated_text },
        { kind: 'json', name: 'translation.json', content: `${JSON.stringify(data, null, 2)}\n` },
      ],
      use: { service: translator.name, ...cost },
    }
  }
}
