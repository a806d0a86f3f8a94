import { cut, quietParts } from '../audio/cut.ts'
import type { Config } from '../config/index.ts'
import type { Log } from '../platform/log.ts'
import { createLocalRecogniser } from '../speech/engines/local/index.ts'
import { registry } from '../speech/engines/local/models/registry.ts'
import { cutAtSilence } from '../speech/engines/openai/cut-at-silence.ts'
import type { Recogniser } from '../speech/port.ts'
import { createRecognisers } from '../speech/registry.ts'

/** Every recogniser that this process may use, as the operator set them up. Nothing runs before the first recording. */
export function composeSpeech(
  { models, transcription, providers }: Config,
  log: Log,
  /** In place of the embedded engine, for tests. */
  engines?: readonly Recogniser[],
) {
  const local = createLocalRecogniser({
    modelsDir: models.dir,
    cacheDir: models.cacheDir,
    modelMirror: models.mirror,
    log,
  })
  const { openai, speech } = providers
  const recognisers = createRecognisers({
    engines: engines ?? [local],
    deepgram: providers.deepgram,
    assemblyai: providers.assemblyai,
    openai: { apiKey: openai.apiKey, baseUrl: openai.baseUrl, model: openai.transcriptionModel },
    // OPENAI_BASE_URL alone is OpenAI by another way; only an address of its own makes a server of one's own.
    ...(speech.baseUrl !== openai.baseUrl && { speechServer: { ...speech, model: openai.transcriptionModel } }),
    provider: transcription.provider,
    fallback: transcription.fallback,
    pullable: registry.filter((it) => it.role === 'recognition'),
    cut: cutAtSilence({ quietParts, cut }),
    log,
  })
  return { recognisers, local }
}

export type Speech = ReturnType<typeof composeSpeech>
