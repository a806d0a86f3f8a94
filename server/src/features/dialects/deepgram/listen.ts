import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { ReceivedFile } from '../../../access/route.ts'
import { Refusal } from '../../../platform/refusal.ts'
import type { Recording } from '../../../speech/port.ts'
import type { Links, Wish } from '../../transcriptions/index.ts'
import type { ListenOptions } from './options.ts'

/** A recording on this disk, wherever it came from. */
export interface Source {
  path: string
  recording: Recording | null
  sha256: string
  release(): Promise<void>
}

const bad = (message: string) => new Refusal('bad_request', message, { details: { code: 'Bad Request' } })

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

/** The bytes of the body, or what its `url` leads to. */
export async function sourceOf(
  body: unknown,
  files: readonly ReceivedFile[],
  links: Links,
  signal: AbortSignal,
): Promise<Source> {
  const [file] = files
  if (file) return { path: file.path, recording: null, sha256: file.sha256, release: async () => {} }
  const url = (body as { url?: unknown } | undefined)?.url
  if (typeof url === 'string' && url.trim() !== '') {
    const { recording, sha256, release } = await links(url.trim(), signal)
    return { path: recording.path, recording, sha256: sha256 ?? (await sha256Of(recording.path)), release }
  }
  throw bad('Bad Request: send the bytes of a recording, with a content type such as audio/wav, or JSON with a url.')
}

/** What the engine is asked for. Words are always in the answer. */
export function wishOf(options: ListenOptions): Wish {
  const { choice, language, detectLanguage, punctuate, paragraphs, diarize, multichannel, vocabulary } = options
  const asked = detectLanguage ? undefined : (language ?? 'en')
  return {
    ...(choice.provider !== undefined && { provider: choice.provider }),
    ...(choice.model !== undefined && { model: choice.model }),
    ...(asked !== undefined && asked !== 'multi' && { language: asked }),
    ...(vocabulary.length > 0 && { vocabulary }),
    ...{ punctuate, paragraphs, diarize: diarize || choice.diarize, multichannel, words: true },
  }
}
