import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import type { EngineFiles } from './messages.ts'
import { tokenTable } from './tokens.ts'

/** The model files that come with two npm packages. Only resolved, never imported: what those packages depend on is not installed. */
const files = {
  encoder: {
    ...{ package: '@moonshine-ai/moonshine-js', path: 'dist/model/tiny/quantized/encoder_model.onnx' },
    sha256: 'c6fc4b7bc5af75c0591fd157a1f3829b533d18e9769a888fd95a62e470dd4f4a',
  },
  mergedDecoder: {
    ...{ package: '@moonshine-ai/moonshine-js', path: 'dist/model/tiny/quantized/decoder_model_merged.onnx' },
    sha256: 'eed87831c3a6103534aae7d47a5d485025c659a1323901513961c39fe8a1a367',
  },
  vad: {
    ...{ package: '@ricky0123/vad-web', path: 'dist/silero_vad_v6.onnx' },
    sha256: '1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3',
  },
} as const

export const sampleClip = fileURLToPath(new URL('../../../../assets/sample.mp3', import.meta.url))

/** What the clip says, word for word: the sample conversation of the product, and the engine's known sound. */
export const sampleText =
  'Welcome to Mina. I listen to your meetings and write down what was said, word by word, on your own machine. ' +
  'Nothing leaves it unless you say so. When the talk is over, I find the decisions, list the tasks, ' +
  'and put everything into a document that you can share.'

const resolver = createRequire(import.meta.url)

function pathOf(name: keyof typeof files): string {
  const { package: home, path } = files[name]
  // Their `exports` hide the files, so the folders are looked through as Node would.
  const places = resolver.resolve.paths(home) ?? []
  const found = places.map((place) => join(place, home, path)).find((place) => existsSync(place))
  if (!found) throw new Error(`${home} is not installed`)
  return found
}

/** Whether the packages are there at all; told before anything is loaded. */
export function builtInMissing(): string | null {
  try {
    for (const name of Object.keys(files) as (keyof typeof files)[]) pathOf(name)
    resolver.resolve('sherpa-onnx-node')
    return null
  } catch {
    return 'The built-in speech engine is not installed completely. Run npm install in the folder of Mina.'
  }
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

export async function checkedFile(path: string, expected: string): Promise<string> {
  if ((await sha256(path)) !== expected)
    throw new Error('a file of the built-in model is damaged; remove node_modules and run npm install')
  return path
}

const checked = (name: keyof typeof files) => checkedFile(pathOf(name), files[name].sha256)

async function tokensFile(cacheDir: string): Promise<string> {
  const path = join(cacheDir, 'moonshine-tokens.txt')
  const table = await tokenTable()
  const there = await readFile(path, 'utf8').catch(() => undefined)
  if (there === table) return path
  await mkdir(cacheDir, { recursive: true })
  const draft = `${path}.${randomUUID()}`
  await writeFile(draft, table)
  await rename(draft, path)
  return path
}

/** Describes the built-in model once its files have proved to be what they should. */
export async function builtInFiles(cacheDir: string): Promise<EngineFiles> {
  const [encoder, mergedDecoder, tokens] = await Promise.all([
    checked('encoder'),
    checked('mergedDecoder'),
    tokensFile(cacheDir),
  ])
  return {
    kind: 'offline',
    config: {
      featConfig: { sampleRate: 16_000, featureDim: 80 },
      modelConfig: { moonshine: { encoder, mergedDecoder }, tokens, numThreads: 1, provider: 'cpu', debug: 0 },
    },
  }
}

export const vadFile = () => checked('vad')
