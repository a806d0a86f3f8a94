/** How a model is asked and what it can tell. */
export interface ModelKind {
  format: 'verbose_json' | 'json' | 'diarized_json'
  /** Longer recordings are cut. */
  maxSeconds: number
  times: boolean
  diarizes: boolean
  logprobs: boolean
}

/** OpenAI's limit of 26,214,400 bytes, with room for the other fields of the form. */
export const maxBytes = 26_000_000

export const defaultModel = 'whisper-1'
export const diarizingModel = 'gpt-4o-transcribe-diarize'

/**
 * The models of the GPT family write text without times, so they get short parts: each part's text then stands at a
 * time that is true, where one request would put 25 minutes of text at second zero.
 */
const timelessPartSeconds = 60

export const timelessKind: ModelKind = {
  format: 'json',
  maxSeconds: timelessPartSeconds,
  times: false,
  diarizes: false,
  logprobs: false,
}

export function kindOf(model: string): ModelKind {
  if (model.startsWith('gpt-4o-transcribe-diarize'))
    return { format: 'diarized_json', maxSeconds: 1390, times: true, diarizes: true, logprobs: false }
  if (model.startsWith('gpt-')) return { ...timelessKind, logprobs: model.startsWith('gpt-4o') }
  return { format: 'verbose_json', maxSeconds: 4 * 3600, times: true, diarizes: false, logprobs: false }
}

/** What the API takes as it is; everything else is cut, and so converted, first. */
export const takesFile = (name: string) => /\.(flac|mp3|mp4|mpeg|mpga|m4a|ogg|wav|webm)$/i.test(name)
