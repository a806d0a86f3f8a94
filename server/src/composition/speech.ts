import { cut, quietParts } from '../audio/cut.ts'
import type { Config } from '../config/index.ts'
import type { Log } from '../platform/log.ts'
import { createLocalRecogniser } from '../speech/engines/local/index.ts'
import { registry } from '../speech/engines/local/models/registry.ts'
import { cutAtSilence } from '../speech/engines/openai/cut-at-silence.ts'
import { createRecognisers } from '../speech/registry.ts'

/** All engines that this configuration knows: the embedded one, and the providers that have a key. */
export function composeSpeech({ models, transcription, providers }: Config, log: Log) {
  const local = createLocalRecogniser({
    modelsDir: models.dir,
    cacheDir: models.cacheDir,
    modelMirror: models.mirror,
    log,
  })
  const recognisers = createRecognisers({
    engines: [local],
    deepgram: providers.deepgram,
    openai: { ...providers.openai, model: providers.openai.transcriptionModel },
    ...(providers.speech.baseUrl && {
      speechServer: { ...providers.speech, model: providers.openai.transcriptionModel },
    }),
    assemblyai: providers.assemblyai,
    provider: transcription.provider,
    fallback: transcription.fallback,
    cut: cutAtSilence({ quietParts, cut }),
    pullable: registry.filter((it) => it.role === 'recognition'),
    log,
  })
  return { local, recognisers }
}

export type Speech = ReturnType<typeof composeSpeech>
