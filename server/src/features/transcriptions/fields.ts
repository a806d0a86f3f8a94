import { LanguageTag } from '@mina/contract'
import type { ReceivedFile } from '../../access/route.ts'
import { Refusal } from '../../platform/refusal.ts'

/** The file of a form, or a refusal in the words that clients know. */
export function fileIn(files: readonly ReceivedFile[], field: 'audio' | 'video'): ReceivedFile {
  const file = files.find((it) => it.field === field)
  if (!file)
    throw new Refusal(
      'bad_request',
      field === 'audio' ? 'No audio file provided' : 'Either video_url (JSON) or video file (multipart) is required',
    )
  if (file.filename === '') throw new Refusal('bad_request', `No ${field} file selected`)
  return file
}

/** A language tag, or `otherwise` where nothing is said. */
export function languageIn(given: string | null | undefined, otherwise: string): string {
  const text = given?.trim()
  if (!text) return otherwise
  if (!LanguageTag.safeParse(text).success)
    throw new Refusal('bad_request', 'Invalid language. Send a code such as en or pt-BR, or auto.')
  return text
}

const sizes = ['tiny', 'base', 'small', 'medium', 'large'] as const
export type ModelSize = (typeof sizes)[number]

export function modelSizeIn(given: unknown): ModelSize {
  if (given === undefined || given === null || given === '') return 'base'
  const size = sizes.find((it) => it === given)
  if (!size) throw new Refusal('bad_request', `Invalid model size. Must be one of: ${sizes.join(', ')}`)
  return size
}

const engines: Record<string, string> = {
  deepgram: 'deepgram',
  whisper: 'openai',
  openai: 'openai',
  assemblyai: 'assemblyai',
  local: 'local',
}

/** The engine behind a transcription model as clients name it; none where nothing is said. */
export function engineIn(given: string | undefined): string | undefined {
  const text = given?.trim().toLowerCase()
  if (!text) return undefined
  const engine = engines[text]
  if (!engine)
    throw new Refusal(
      'bad_request',
      'Invalid transcription model. Must be "deepgram", "whisper", "assemblyai" or "local"',
    )
  return engine
}

export function translatorIn(given: string | undefined): 'google' | 'openai' {
  const text = given?.trim() || 'google'
  if (text === 'google' || text === 'openai') return text
  throw new Refusal('bad_request', 'Invalid translation model. Must be "google" or "openai"')
}
