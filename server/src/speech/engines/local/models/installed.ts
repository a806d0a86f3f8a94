import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { EngineFiles } from '../messages.ts'
import { type ModelEntry, registry } from './registry.ts'

/** What a pull wrote down about the files it put in place. */
export interface Manifest {
  asset: string
  /** Of the download. */
  sha256: string
  files: Record<string, number>
}

export const manifestName = 'mina-model.json'

export function readManifest(folder: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, manifestName), 'utf8')) as Manifest
  } catch {
    return undefined
  }
}

const sizeOf = (path: string) => {
  try {
    const it = statSync(path)
    return it.isFile() ? it.size : 0
  } catch {
    return 0
  }
}

/** The folder of a model that is complete: pulled by us, or laid there by hand under the model's name or its archive's. */
export function installedAt(entry: ModelEntry, modelsDir: string): string | undefined {
  for (const folder of [join(modelsDir, entry.name), join(modelsDir, entry.folder)]) {
    const sizes = Object.values(entry.files).map((file) => [file, sizeOf(join(folder, file))] as const)
    if (sizes.some(([, size]) => size === 0)) continue
    const written = readManifest(folder)?.files
    if (written && sizes.some(([file, size]) => written[file] !== size)) continue
    return folder
  }
  return undefined
}

/** What an installed model takes on the disk. */
export const bytesAt = (entry: ModelEntry, folder: string) =>
  Object.values(entry.files).reduce((sum, file) => sum + sizeOf(join(folder, file)), 0)

export const installedModels = (modelsDir: string) =>
  registry.flatMap((entry) => {
    const folder = installedAt(entry, modelsDir)
    return folder ? [{ entry, folder }] : []
  })

/** A model's own description for sherpa-onnx; keys as its documentation has them. */
export function engineFiles(
  entry: ModelEntry,
  folder: string,
  options: { language?: string; punctuation?: string } = {},
): EngineFiles {
  const paths = Object.fromEntries(Object.entries(entry.files).map(([role, file]) => [role, join(folder, file)]))
  const { tokens, ...parts } = paths
  const common = { tokens, numThreads: 1, provider: 'cpu', debug: 0 }
  const language = options.language ?? ''
  const models: Record<ModelEntry['family'], object> = {
    moonshine: { moonshine: parts },
    whisper: { whisper: { ...parts, language, task: 'transcribe', tailPaddings: -1 } },
    'sense-voice': { senseVoice: { ...parts, language: language || 'auto', useInverseTextNormalization: 1 } },
    'nemo-transducer': { transducer: parts, modelType: 'nemo_transducer' },
    'streaming-transducer': { transducer: parts },
    file: {},
  }
  return {
    kind: entry.family === 'streaming-transducer' ? 'online' : 'offline',
    config: { featConfig: { sampleRate: 16_000, featureDim: 80 }, modelConfig: { ...models[entry.family], ...common } },
    ...(entry.punctuates || !options.punctuation ? {} : { punctuation: options.punctuation }),
  }
}
