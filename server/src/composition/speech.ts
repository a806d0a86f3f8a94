import { cut, quietParts } from '../audio/cut.ts'
import type { Config } from '../config/index.ts'
import type { Log } from '../platform/log.ts'
import { createLocalRecogniser } from '../speech/engines/local/index.ts'
import { registry } from '../speech/engines/local/models/registry.ts'
import { cutAtSilence } from '../speech/engines/openai/cut-at-silence.ts'
import type { Recogniser } from '../speech/port.ts'
import { createRecognisers } from '../speech/registry.ts'
import { withStreaming } from '../speech/streaming/adapter.ts'

interface SpeechOptions {
  config: Config
  log: Log
  /** In place of the embedded engine, for tests. */
  engines?: readonly Recogniser[] | undefined
}

/** Every recogniser that this process may use, as the operator set them up. Nothing runs before the first recording. */
export function composeSpeech({ config, log, engines }: SpeechOptions) {
  const { models, transcription, providers } = config
  const { openai, speech, deepgram, assemblyai } = providers
  const local = createLocalRecogniser({
    modelsDir: models.dir,
    cacheDir: models.cacheDir,
    modelMirror: models.mirror,
    log,
  })
  const recognisers = createRecognisers({
    engines: engines ?? [local],
    deepgram,
    assemblyai,
    openai: { apiKey: openai.apiKey, baseUrl: openai.baseUrl, model: openai.transcriptionModel },
    ...(speech.baseUrl && { speechServer: { ...speech, model: openai.transcriptionModel } }),
    provider: transcription.provider,
    fallback: transcription.fallback,
    pullable: registry.filter((it) => it.role === 'recognition'),
    cut: cutAtSilence({ quietParts, cut }),
    // Where speech begins and ends is heard here; only pieces of speech are sent.
    makeLive: (engine) => withStreaming(engine, { openDetector: local.openDetector }),
    log,
  })
  return {
    recognisers: {
      ...recognisers,
      // The embedded engine's voice detector serves others too, so it may run where the engine itself is not in use.
      close: async () => void (await Promise.all([recognisers.close(), local.close()])),
    },
    local,
  }
}

export type Speech = ReturnType<typeof composeSpeech>
